// Search: everything that has a name, runs by id or tag, and what can be done on this page.
import uFuzzy from "@leeoniya/ufuzzy";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { board, useBoard } from "../assets/board";
import { assetPath, instigatorPath, jobPath, runPath } from "../data/address";
import type { FoundRuns, SearchIndex } from "../data/contract";
import { get } from "../data/http";
import { useResource } from "../data/resource";
import { Dialog } from "../parts/dialog";
import { activeKeys, shown, type Key } from "../parts/keys";
import { Status } from "../parts/status";
import { ago, jobWord, shortId, toInstant } from "../text/words";
import { PLACES } from "./rail";

interface Entry {
  name: string;
  kind: string;
  href?: string;
  run?: () => void;
  keys?: string;
  status?: string;
}

const fuzzy = new uFuzzy({ intraMode: 1 });
const SHOWN = 60;

function toEntries(index: SearchIndex): Entry[] {
  return index.names.map((name, n) => {
    const kind = index.kinds[index.kind[n]!]!;
    const place = index.locations[index.location[n]!] ?? null;
    const target = index.targets[n]!;
    const href =
      kind === "job"
        ? jobPath(name, place)
        : kind === "schedule" || kind === "sensor"
          ? instigatorPath(name, place)
          : kind === "check"
            ? assetPath(target, "checks")
            : kind === "column"
              ? assetPath(target)
              : kind === "group"
                ? `/assets?q=${encodeURIComponent(`group:"${name}"`)}`
                : kind === "location"
                  ? "/system"
                  : kind === "op" && target
                    ? assetPath(target)
                    : "/jobs?q=" + encodeURIComponent(name);
    return { name: kind === "column" || kind === "check" ? `${name} in ${target}` : name, kind, href };
  });
}

/** What can be done to what is named: "materialize users", "launch daily". */
function doings(text: string, entries: Entry[]): Entry[] {
  const [, verb, rest] = /^(mat\w*|launch|run|obs\w*)\s+(.+)$/i.exec(text.trim()) ?? [];
  if (!verb || !rest) return [];
  const isLaunch = /^(launch|run)$/i.test(verb);
  const word = isLaunch ? "Launch" : /^obs/i.test(verb) ? "Observe" : "Materialize";
  const low = rest.toLowerCase();
  return entries
    .filter((entry) => entry.kind === (isLaunch ? "job" : "asset") && entry.name.toLowerCase().includes(low))
    .sort((a, b) => a.name.length - b.name.length)
    .slice(0, 8)
    .map((entry) => ({
      name: `${word} ${entry.name}`,
      kind: "action",
      href: isLaunch ? `${entry.href}&view=launch` : `${entry.href}&do=${word.toLowerCase()}`,
    }));
}

export function Palette({ onClose }: { onClose: () => void }) {
  useBoard();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [runs, setRuns] = useState<Entry[]>([]);
  const [, go] = useLocation();
  const list = useRef<HTMLUListElement>(null);
  const index = useResource<SearchIndex>("/search/index");
  const actions = useRef<Key[]>(activeKeys());

  const entries = useMemo<Entry[]>(
    () => [
      ...PLACES.map((place) => ({ name: place.label, kind: "page", href: place.href, keys: place.keys })),
      ...actions.current
        .filter((key) => !key.keys.startsWith("g ") && !["j", "k", "Enter", "mod+k"].includes(key.keys))
        .map((key) => ({ name: key.label, kind: "action", run: key.run, keys: key.keys })),
      ...(board.value?.assets ?? []).map((asset) => ({ name: asset.key, kind: "asset", href: assetPath(asset.key) })),
      ...(index.data ? toEntries(index.data) : []),
    ],
    [board.value, index.data],
  );
  const names = useMemo(() => entries.map((entry) => entry.name), [entries]);
  const found = useMemo(() => {
    if (!text.trim()) return entries.filter((entry) => entry.kind === "page" || entry.kind === "action");
    const [ids, info, order] = fuzzy.search(names, text.trim(), 1, 2000);
    const best = info && order ? order.map((n) => entries[info.idx[n]!]!) : (ids ?? []).map((n) => entries[n]!);
    return [...runs, ...doings(text, entries), ...best].slice(0, SHOWN);
  }, [text, names, runs]);

  useEffect(() => {
    setAt(0);
    setRuns([]);
    if (text.trim().length < 3) return;
    const timer = setTimeout(async () => {
      const answer = await get<FoundRuns>(`/search/runs?q=${encodeURIComponent(text.trim())}`).catch(() => null);
      setRuns(
        (answer?.runs ?? []).map((run) => ({
          name: `${shortId(run.run_id)} ${jobWord(run.job_name)} ${ago(toInstant(run.created_at)!)}`,
          kind: "run",
          href: runPath(run.run_id),
          status: run.status,
        })),
      );
    }, 150);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);

  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    if (entry.href) go(entry.href);
    else setTimeout(() => entry.run?.());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) setAt((n) => Math.max(0, Math.min(found.length - 1, n + step)));
    else if (event.key === "Enter") choose(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Search" onClose={onClose} bare>
      <input
        data-first
        type="search"
        role="combobox"
        aria-expanded="true"
        aria-controls="found"
        aria-activedescendant={`found-${at}`}
        aria-label="Search"
        placeholder="Assets, jobs, runs by id or tag, columns, actions"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <ul id="found" role="listbox" aria-label="Results" ref={list}>
        {found.map((entry, n) => (
          <li
            key={`${entry.kind} ${entry.name} ${entry.href}`}
            id={`found-${n}`}
            role="option"
            aria-selected={n === at}
            onPointerMove={() => setAt(n)}
            onClick={() => choose(entry)}
          >
            {entry.status && <Status value={entry.status} quiet />}
            <span class="cut" dir="auto">
              {entry.name}
            </span>
            <span class="kind">
              {entry.kind}
              {entry.keys && (
                <>
                  {" "}
                  <kbd>{shown(entry.keys)}</kbd>
                </>
              )}
            </span>
          </li>
        ))}
        {!found.length && <li class="soft">{index.data || index.error ? "Nothing has this name." : "Loading names"}</li>}
      </ul>
    </Dialog>
  );
}
