// A line of the log of a run, and what it tells when it is opened.
import { Link } from "wouter-preact";
import { assetPath, withQuery } from "../data/address";
import { Metadata } from "../parts/metadata";
import { fromAnsi } from "../text/ansi";
import { clock, exact } from "../text/words";
import { Traceback } from "../runs/error-card";
import { isError, typeWords, type Line } from "./log-lines";

function marked(text: string, search: string) {
  const at = search ? text.toLowerCase().indexOf(search.toLowerCase()) : -1;
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + search.length)}</mark>
      {text.slice(at + search.length)}
    </>
  );
}

export function LogLine({
  line,
  isOpen,
  onOpen,
  onStep,
  search,
}: {
  line: Line;
  isOpen: boolean;
  onOpen: () => void;
  onStep: (step: string) => void;
  search: string;
}) {
  const entry = line.entry;
  const tone = isError(line)
    ? "is-failure"
    : line.level === "WARNING" && line.source !== "output"
      ? "is-warning"
      : /SUCCESS|MATERIALIZATION$/.test(line.type)
        ? "is-success"
        : "";
  const hasMore = Boolean(
    entry &&
    (entry.error || Object.keys(entry.metadata).length || entry.asset || line.text.length > 160 || line.text.includes("\n")),
  );
  const first = line.text.split("\n", 1)[0]!;
  return (
    <div class={`log-line from-${line.source} ${isOpen ? "open" : ""}`} id={line.id}>
      <div class="log-head">
        <a
          class="log-time"
          href={withQuery(location.pathname, { at: line.id })}
          title={line.at === null ? "Printed; output has no times of its own" : exact(line.at)}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey) return;
            event.preventDefault();
            onOpen();
          }}
        >
          {line.at === null ? "·" : clock(line.at)}
        </a>
        {line.step ? (
          <button class="log-step cut" title={`Only ${line.step}`} onClick={() => onStep(line.step!)}>
            {line.step}
          </button>
        ) : (
          <span class="log-step" />
        )}
        <span class={`log-type cut ${tone}`} title={line.type}>
          {line.source === "log" ? line.level.toLowerCase() : typeWords(line.type)}
        </span>
        <span
          class={`log-text ${line.entry === null ? "mono" : ""} ${isOpen ? "" : "cut"} ${isError(line) ? "is-failure" : ""}`}
          dir="auto"
          onClick={hasMore ? onOpen : undefined}
        >
          {line.entry === null
            ? search
              ? marked(line.text, search)
              : fromAnsi(line.text)
            : marked(isOpen ? line.text : first, search)}
          {entry?.asset && !isOpen && (
            <span class="soft">
              {" "}
              {entry.asset}
              {entry.partition && ` ${entry.partition}`}
            </span>
          )}
        </span>
        {hasMore && (
          <button class="plain small" aria-expanded={isOpen} aria-label={isOpen ? "Close" : "Details"} onClick={onOpen}>
            {isOpen ? "−" : "+"}
          </button>
        )}
      </div>
      {isOpen && entry && (
        <div class="log-details">
          {entry.asset && (
            <p>
              Asset{" "}
              <Link class="link" href={assetPath(entry.asset)}>
                {entry.asset}
              </Link>
              {entry.partition && (
                <>
                  {" "}
                  partition <code>{entry.partition}</code>
                </>
              )}
            </p>
          )}
          {Object.keys(entry.metadata).length > 0 && <Metadata values={entry.metadata} />}
          {entry.error && (
            <>
              <p class="is-failure">
                <code>{entry.error.message}</code>
              </p>
              <Traceback error={entry.error} />
            </>
          )}
        </div>
      )}
    </div>
  );
}
