// An exception: what it says, the user's own lines, libraries folded, and the whole of it to copy.
import { useState } from "preact/hooks";
import type { ErrorView, FrameView } from "../data/contract";
import { CodePlace } from "../parts/code-place";
import { Copy } from "../parts/copy";
import { Icon } from "../parts/icons";
import { Shape } from "../parts/status";
import { fold } from "./frames";
import { count } from "../text/words";

/** How many lines are shown on each side of the one that raised. */
const AROUND = 2;

function Frame({ frame, isInner }: { frame: FrameView; isInner: boolean }) {
  const [isOpen, setOpen] = useState(isInner);
  const all = frame.source.length ? frame.source : [{ number: frame.line, text: frame.code }];
  const [isWhole, setWhole] = useState(false);
  const lines = isWhole ? all : all.filter((line) => Math.abs(line.number - frame.line) <= AROUND);
  return (
    <figure class="frame">
      <figcaption>
        <button
          class="plain small"
          aria-expanded={isOpen}
          aria-label={isOpen ? "Hide the code" : "Show the code"}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? "down" : "right"} />
        </button>
        <CodePlace place={`${frame.file}:${frame.line}`} isShort /> <span class="soft">in</span> <code>{frame.name}</code>
        {!isOpen && <code class="soft cut grow">{frame.code.trim()}</code>}
        {isOpen && all.length > lines.length && (
          <button class="plain small soft" onClick={() => setWhole(true)}>
            More lines
          </button>
        )}
      </figcaption>
      {isOpen && (
        <pre class="source" tabIndex={0} aria-label={`Lines around ${frame.line}`}>
          {lines.map((line) => (
            <span key={line.number} class={line.number === frame.line ? "line here" : "line"}>
              <i>{line.number}</i>
              {line.text || " "}
              {"\n"}
            </span>
          ))}
        </pre>
      )}
    </figure>
  );
}

function Folded({ frames }: { frames: FrameView[] }) {
  const [isOpen, setOpen] = useState(false);
  if (isOpen)
    return (
      <>
        {frames.map((frame, n) => (
          <Frame key={n} frame={frame} isInner={false} />
        ))}
      </>
    );
  return (
    <button class="plain small soft folded" onClick={() => setOpen(true)}>
      {count(frames.length, "frame")} in libraries
    </button>
  );
}

/** The frames: the user's innermost with its code, all others one line each. */
export function Traceback({ error }: { error: ErrorView }) {
  const folded = fold(error.frames);
  const inner = folded.findLastIndex((each) => !Array.isArray(each));
  return (
    <div class="traceback">
      {folded.map((each, n) =>
        Array.isArray(each) ? <Folded key={n} frames={each} /> : <Frame key={n} frame={each} isInner={n === inner} />,
      )}
      {error.cause && (
        <details class="cause">
          <summary>
            Caused by <code>{error.cause.message.split("\n")[0]}</code>
          </summary>
          <Traceback error={error.cause} />
        </details>
      )}
    </div>
  );
}

export function ErrorCard({
  error,
  title,
  children,
  id,
}: {
  error: ErrorView | null;
  title: preact.ComponentChildren;
  children?: preact.ComponentChildren;
  id?: string;
}) {
  const [head, ...rest] = (error?.message ?? "").split("\n");
  const colon = head!.indexOf(": ");
  const [type, message] =
    colon > 0
      ? [head!.slice(0, colon), head!.slice(colon + 2)]
      : [error?.class_name ?? "", head!.replace(error?.class_name ?? "", "")];
  return (
    <section class="error-card" id={id} aria-label="Error">
      <header class="row wrap">
        <Shape tone="failure" />
        <span class="grow">{title}</span>
        {error && <Copy text={error.text} label="Copy error" />}
      </header>
      {error && (
        <>
          <p class="error-message" tabIndex={message.length > 400 ? 0 : undefined} dir="auto">
            <code class="error-type">{type}</code> <span>{message}</span>
          </p>
          {rest.length > 0 && (
            <pre class="soft error-rest" tabIndex={0} aria-label="The rest of the message">
              {rest.join("\n").trim()}
            </pre>
          )}
          <Traceback error={error} />
        </>
      )}
      {children && <footer class="row wrap">{children}</footer>}
    </section>
  );
}
