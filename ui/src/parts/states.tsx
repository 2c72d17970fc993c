// Loading, none, error: what a page says when it has nothing to show.
import type { ComponentChildren } from "preact";
import type { ServerError } from "../data/http";
import type { Resource } from "../data/resource";
import { Copy } from "./copy";
import { Shape } from "./status";

/** The shape of what comes; shown after 200 ms. */
export function Loading({ lines = 8 }: { lines?: number }) {
  return (
    <div class="ghost" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <i key={index} style={{ width: `${40 + ((index * 37) % 55)}%` }} />
      ))}
    </div>
  );
}

/** What would be here, and the command or code that makes it. */
export function None({ title, children, command }: { title: string; children?: ComponentChildren; command?: string }) {
  return (
    <div class="none">
      <h2>{title}</h2>
      {children}
      {command && <Command text={command} />}
    </div>
  );
}

/** A command or some code, and a button that copies it. */
export function Command({ text }: { text: string }) {
  return (
    <div class="copyable">
      <code class="grow" tabIndex={0}>
        {text}
      </code>
      <Copy text={text} />
    </div>
  );
}

/** What went wrong between page and server, why, and what next. */
export function Failed({ error, retry }: { error: ServerError; retry?: () => void }) {
  const isGone = error.status === 404;
  return (
    <div class="failed" role="alert">
      <div class="row">
        <Shape tone="failure" />
        <h2 class="grow">{error.message}</h2>
        <Copy text={error.toText()} label="Copy error" />
      </div>
      {error.detail && <pre>{error.detail}</pre>}
      <div class="row soft">
        <code class="grow cut">
          {error.status || "no answer"} {error.url}
        </code>
        {retry && !isGone && <button onClick={retry}>Try again</button>}
      </div>
    </div>
  );
}

/** Shows one of the three states until the data is there. */
export function Await<T>({ of, children, lines }: { of: Resource<T>; children: (data: T) => ComponentChildren; lines?: number }) {
  if (of.data !== null) return <>{children(of.data)}</>;
  if (of.error) return <Failed error={of.error} retry={of.reload} />;
  return <Loading lines={lines} />;
}
