// The log of a run: live, followed until one scrolls, searched, each line with a link.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Rows, type RowsHandle } from "../parts/rows";
import { useQuery } from "../data/address";
import type { RunTimeline } from "../data/contract";
import { useKeys } from "../parts/keys";
import { Failed, Loading, None } from "../parts/states";
import { count } from "../text/words";
import { LogLine } from "./log-line";
import { useEntries, useOutputs } from "./log-sources";
import { isError, keep, merge } from "./log-lines";

const SOURCES: [string, string][] = [
  ["event", "Events"],
  ["log", "Log lines"],
  ["output", "Output"],
  ["engine", "Engine"],
];

export function Log({ runId, timeline, isLive }: { runId: string; timeline: RunTimeline | null; isLive: boolean }) {
  const { lines, isAll, dropped, error } = useEntries(runId);
  const [shown, setShown] = useQuery("show", "event,log,output");
  const [step, setStep] = useQuery("step");
  const [level, setLevel] = useQuery("level", "DEBUG");
  const [text, setText] = useQuery("log");
  const [at, setAt] = useQuery("at");
  const [isFollowing, setFollowing] = useState(isLive && !at);
  const list = useRef<RowsHandle>(null);
  const body = useRef<HTMLDivElement>(null);
  const hasJumped = useRef(false);
  const sources = useMemo(() => new Set(shown.split(",")), [shown]);
  const { outputs, left } = useOutputs(runId, sources.has("output"), step, isLive);
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
          {dropped > 0 && `; the first ${count(dropped, "entry", "entries")} are in the export of the run`}
          {left > 0 && `; what ${count(left, "other step")} printed is shown when you choose one`}
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
            data={kept}
            role="log"
            aria-label="Lines"
            aria-live="off"
            tabIndex={0}
            onWheel={(event) => event.deltaY < 0 && setFollowing(false)}
            onKeyDown={(event) => ["PageUp", "ArrowUp", "Home"].includes(event.key) && setFollowing(false)}
            onTouchMove={() => setFollowing(false)}
          >
            {(line) => (
              <LogLine
                key={line.id}
                line={line}
                isOpen={line.id === at}
                onOpen={() => setAt(line.id === at ? "" : line.id)}
                onStep={setStep}
                search={text}
              />
            )}
          </Rows>
          <div class="log-marks" aria-hidden="true">
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
