// The log of a run: live, followed until one scrolls, searched, each line with a link.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { Rows, type RowsHandle } from "../parts/rows";
import { assetPath, useQuery, withQuery } from "../data/address";
import type { CapturedFiles, LogEntries, LogNews, OutputChunk, RunTimeline } from "../data/contract";
import { get, type ServerError } from "../data/http";
import { subscribe } from "../data/stream";
import { useKeys } from "../parts/keys";
import { Metadata } from "../parts/metadata";
import { Failed, Loading, None } from "../parts/states";
import { fromAnsi } from "../text/ansi";
import { clock, count, exact } from "../text/words";
import { Traceback } from "../runs/error-card";
import { isError, keep, merge, toLine, typeWords, type Line } from "./log-lines";

const PAGE = 1000;
const KEPT = 60_000;
const OUTPUT_BYTES = 400_000;
const MOST_FILES = 40;
const NOTHING: Printed[] = [];

interface Printed {
  file: CapturedFiles["files"][number];
  stream: string;
  text: string;
  offset: number;
}

/** All entries of the log, and those that come. */
function useEntries(runId: string) {
  const [state, setState] = useState<{ lines: Line[]; isAll: boolean; error: ServerError | null }>({
    lines: [],
    isAll: false,
    error: null,
  });
  useEffect(() => {
    let isGone = false;
    let isAsking = false;
    let wants = false;
    let cursor: string | null = null;
    let lines: Line[] = [];
    const ask = async () => {
      if (isAsking) return void (wants = true);
      isAsking = true;
      try {
        do {
          wants = false;
          const page: LogEntries = await get(
            `/runs/${runId}/log?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
          );
          if (isGone) return;
          cursor = page.cursor ?? cursor;
          if (page.entries.length) lines = [...lines, ...page.entries.map(toLine)].slice(-KEPT);
          setState({ lines, isAll: !page.has_more, error: null });
          wants ||= page.has_more;
        } while (wants);
      } catch (error) {
        if (!isGone) setState({ lines, isAll: false, error: error as ServerError });
      } finally {
        isAsking = false;
      }
    };
    void ask();
    const leave = subscribe((change) => {
      if (change.topic === "reset" || (change.topic === "log" && runId in (change.data as unknown as LogNews).runs)) void ask();
    });
    return () => {
      isGone = true;
      leave();
    };
  }, [runId]);
  return state;
}

/** What was printed, when it is wanted; while the run goes on, only what has come since is asked for. */
function useOutputs(runId: string, isWanted: boolean, step: string, isLive: boolean) {
  const [outputs, setOutputs] = useState<Printed[]>([]);
  useEffect(() => {
    if (!isWanted) return;
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const known = new Map<string, Printed>();
    const ask = async () => {
      const { files } = await get<CapturedFiles>(`/runs/${runId}/output`).catch((): CapturedFiles => ({ files: [] }));
      const wanted = files.filter((file) => !step || file.step_keys.includes(step)).slice(0, MOST_FILES);
      const grown = await Promise.all(
        wanted.flatMap((file) =>
          (["stdout", "stderr"] as const).map(async (stream) => {
            const key = `${stream} ${file.name}`;
            const before = known.get(key) ?? { file, stream, text: "", offset: 0 };
            if (file[`${stream}_bytes`] <= before.offset || before.offset >= OUTPUT_BYTES) return false;
            const chunk = await get<OutputChunk>(
              `/runs/${runId}/output/${encodeURIComponent(file.name)}/${stream}?offset=${before.offset}&limit=${OUTPUT_BYTES}`,
            ).catch(() => null);
            if (!chunk) return false;
            known.set(key, { file, stream, text: before.text + chunk.text, offset: chunk.next_offset });
            return true;
          }),
        ),
      );
      if (isGone) return;
      if (grown.some(Boolean)) setOutputs([...known.values()]);
      if (isLive) timer = setTimeout(() => void ask(), document.hidden ? 10_000 : 1500);
    };
    setOutputs([]);
    void ask();
    return () => {
      isGone = true;
      if (timer) clearTimeout(timer);
    };
  }, [runId, isWanted, step, isLive]);
  return isWanted ? outputs : NOTHING;
}

const SOURCES: [string, string][] = [
  ["event", "Events"],
  ["log", "Log lines"],
  ["output", "Output"],
  ["engine", "Engine"],
];

export function Log({ runId, timeline, isLive }: { runId: string; timeline: RunTimeline | null; isLive: boolean }) {
  const { lines, isAll, error } = useEntries(runId);
  const [shown, setShown] = useQuery("show", "event,log,output");
  const [step, setStep] = useQuery("step");
  const [level, setLevel] = useQuery("level", "DEBUG");
  const [text, setText] = useQuery("log");
  const [at, setAt] = useQuery("at");
  const [isFollowing, setFollowing] = useState(isLive && !at);
  const [place, setPlace] = useState(0);
  const list = useRef<RowsHandle>(null);
  const body = useRef<HTMLDivElement>(null);
  const hasJumped = useRef(false);
  const sources = useMemo(() => new Set(shown.split(",")), [shown]);
  const outputs = useOutputs(runId, sources.has("output"), step, isLive);
  const kept = useMemo(
    () => keep(merge(lines, outputs, timeline), { sources, step, level, text }),
    [lines, outputs, timeline, sources, step, level, text],
  );
  const errors = useMemo(() => kept.flatMap((line, n) => (isError(line) ? [n] : [])), [kept]);

  useEffect(() => {
    if (isFollowing && kept.length) list.current?.scrollToIndex(kept.length - 1, { align: "end" });
  }, [kept.length, isFollowing]);
  useEffect(() => {
    if (hasJumped.current || !at || !kept.length) return;
    const n = kept.findIndex((line) => line.id === at);
    if (n < 0) return;
    hasJumped.current = true;
    requestAnimationFrame(() => list.current?.scrollToIndex(n, { align: "center" }));
  }, [kept, at]);
  const jump = (n: number | undefined) => {
    if (n === undefined) return;
    setFollowing(false);
    setAt(kept[n]!.id);
    body.current?.scrollIntoView({ block: "nearest" });
    list.current?.scrollToIndex(n, { align: "center" });
  };
  const current = kept.findIndex((line) => line.id === at);
  useKeys([
    { keys: "e", label: "Next error in the log", run: () => jump(errors.find((n) => n > current) ?? errors[0]) },
    { keys: "f", label: "Filter the log", run: () => document.getElementById("log-filter")?.focus() },
    { keys: "l", label: "Follow the log", run: () => setFollowing(!isFollowing) },
  ]);
  const toggle = (source: string) => {
    const next = new Set(sources);
    next.has(source) ? next.delete(source) : next.add(source);
    setShown(
      SOURCES.map(([name]) => name)
        .filter((name) => next.has(name))
        .join(",") || "none",
    );
  };
  return (
    <section class="log" aria-label="Log" ref={body}>
      <div class="bar">
        <span class="row" role="group" aria-label="Sources">
          {SOURCES.map(([name, label]) => (
            <button key={name} class="small" aria-pressed={sources.has(name)} onClick={() => toggle(name)}>
              {label}
            </button>
          ))}
        </span>
        <select class="small" aria-label="Level" value={level} onChange={(event) => setLevel(event.currentTarget.value)}>
          {["DEBUG", "INFO", "WARNING", "ERROR"].map((each) => (
            <option key={each} value={each}>
              {each === "DEBUG" ? "All levels" : `${each[0]}${each.slice(1).toLowerCase()} and worse`}
            </option>
          ))}
        </select>
        {step && (
          <span class="chip">
            <span class="cut">step {step}</span>
            <button aria-label="All steps" onClick={() => setStep("")}>
              ×
            </button>
          </span>
        )}
        <input
          id="log-filter"
          type="search"
          aria-label="Filter the log"
          placeholder="Filter the log"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {errors.length > 0 && (
          <button class="small" onClick={() => jump(errors.find((n) => n > current) ?? errors[0])}>
            <span class="is-failure">{count(errors.length, "error")}</span>
            <kbd>e</kbd>
          </button>
        )}
        <button class="small" aria-pressed={isFollowing} onClick={() => setFollowing(!isFollowing)}>
          Follow
        </button>
        <span class="soft">
          {count(kept.length, "line")}
          {!isAll && !error && ", more come"}
        </span>
      </div>
      {error && !lines.length ? (
        <Failed error={error} />
      ) : !lines.length && !isAll ? (
        <Loading />
      ) : !kept.length ? (
        <None title={lines.length ? "No line fits" : "Nothing is logged yet"}>
          {lines.length ? (
            <button
              onClick={() => {
                setText("");
                setStep("");
                setLevel("DEBUG");
                setShown("event,log,output,engine");
              }}
            >
              Show all {count(lines.length, "line")}
            </button>
          ) : (
            "Lines appear here as the run goes on."
          )}
        </None>
      ) : (
        <div class="log-area">
          <Rows
            ref={list}
            class="log-body scroll"
            role="log"
            aria-label="Lines"
            aria-live="off"
            tabIndex={0}
            onScroll={(offset) => setPlace(offset)}
            onWheel={(event) => event.deltaY < 0 && setFollowing(false)}
            onKeyDown={(event) => ["PageUp", "ArrowUp", "Home"].includes(event.key) && setFollowing(false)}
            onTouchMove={() => setFollowing(false)}
          >
            {kept.map((line) => (
              <LogLine
                key={line.id}
                line={line}
                isOpen={line.id === at}
                onOpen={() => setAt(line.id === at ? "" : line.id)}
                onStep={setStep}
                search={text}
              />
            ))}
          </Rows>
          <div class="log-marks" aria-hidden="true" data-place={place > 0 ? 1 : 0}>
            {(text ? kept.map((_, n) => n).filter((n) => n % Math.ceil(kept.length / 400) === 0) : errors.slice(0, 400)).map(
              (n) => (
                <i
                  key={n}
                  class={text ? "bg-warning" : "bg-failure"}
                  style={{ top: `${(n / kept.length) * 100}%` }}
                  onClick={() => jump(n)}
                />
              ),
            )}
          </div>
        </div>
      )}
    </section>
  );
}

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

function LogLine({
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
