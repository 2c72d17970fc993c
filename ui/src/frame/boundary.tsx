// What is shown where a page itself fails: what happened, and a way on; never an empty window.
import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary, useRef } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { Copy } from "../parts/copy";
import { Shape } from "../parts/status";

const RELOADED = "weft.reloaded";
const ONCE_IN_MS = 20_000;

/** Whether code of a page could not be fetched, as after an update of the server: its files have other names now. */
const isOutdated = (error: Error): boolean =>
  /dynamically imported module|importing a module script|load failed|preload css/i.test(error.message);

/** Loads the whole application again; at most once in a while, so that it does not go on for ever. */
function reloadOnce(): boolean {
  try {
    if (Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) < ONCE_IN_MS) return false;
    sessionStorage.setItem(RELOADED, String(Date.now()));
  } catch {
    return false;
  }
  location.reload();
  return true;
}

export function Boundary({ children }: { children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary() as [Error | undefined, () => void];
  const [path] = useLocation();
  const failedAt = useRef(path);
  if (!error) failedAt.current = path;
  useEffect(() => {
    if (error && failedAt.current !== path) reset();
  }, [path]);
  useEffect(() => {
    if (error && isOutdated(error)) reloadOnce();
  }, [error]);
  if (!error) return <>{children}</>;
  const text = `${error.message}\n${location.href}\n${error.stack ?? ""}`;
  return (
    <main class="main">
      <div class="content" id="content" tabIndex={-1}>
        <div class="failed" role="alert">
          <div class="row">
            <Shape tone="failure" />
            <h2 class="grow">
              {isOutdated(error) ? "This page could not be loaded from the server" : "This page cannot be shown"}
            </h2>
            <Copy text={text} label="Copy error" />
          </div>
          <p>
            {isOutdated(error)
              ? "The server may have been updated or stopped. Nothing that runs is touched by it."
              : "That is a defect of the page, not of your data; the other pages work."}
          </p>
          <pre>{error.message}</pre>
          <div class="row">
            <button class="primary" onClick={() => location.reload()}>
              Load it again
            </button>
          </div>
        </div>
      </div>
    </main>
  );
}
