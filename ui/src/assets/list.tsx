// All assets: table with facets, selected by the syntax that the command line knows too.
import { useDeferredValue } from "preact/compat";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { assetPath, useQuery } from "../data/address";
import { hindrance } from "../data/person";
import { Page } from "../frame/page";
import { useKeys } from "../parts/keys";
import { SelectionBox } from "../parts/selection-box";
import { Failed, Loading, None } from "../parts/states";
import { Undefined } from "../parts/undefined";
import { Shape, toneOf, wordOf } from "../parts/status";
import { Table, type Column } from "../parts/table";
import { Time } from "../parts/time";
import { count } from "../text/words";
import { board, boardError, reloadBoard, standings, UNKNOWN, useBoard, type Asset, type Standing } from "./board";
import { evaluateChecks, Launch, type LaunchKind } from "./launch";
import { quoted, select } from "./selection";
import { AssetTree } from "./tree";

export interface Row {
  asset: Asset;
  standing: Standing;
}

export function PartitionsThin({ of }: { of: [number, number, number, number] }) {
  const [made, failed, running, all] = of;
  const part = (number: number) => `${all ? (number / all) * 100 : 0}%`;
  return (
    <span class="row" title={`${made} of ${count(all, "partition")} made, ${failed} failed, ${running} in progress`}>
      <span class="thin">
        <i class="bg-success" style={{ width: part(made) }} />
        <i class="bg-failure" style={{ width: part(failed) }} />
        <i class="bg-running" style={{ width: part(running) }} />
      </span>
      <span class="number">
        {made.toLocaleString("en")}/{all.toLocaleString("en")}
      </span>
    </span>
  );
}

export function ChecksShort({ of, all }: { of: [number, number, number] | null; all: number }) {
  if (!all && !of) return null;
  const [passed, warned, failed] = of ?? [0, 0, 0];
  const tone = failed ? "failure" : warned ? "warning" : passed ? "success" : "missing";
  return (
    <span class="status" title={`${passed} passed, ${warned} warned, ${failed} failed of ${count(all, "check")}`}>
      <Shape tone={tone} />
      {passed}/{Math.max(all, passed + warned + failed)}
    </span>
  );
}

const ORDER = ["FAILED", "IN_PROGRESS", "STALE", "MISSING", "MATERIALIZED", "UNKNOWN"];

const COLUMNS: Column<Row>[] = [
  {
    name: "key",
    title: "Asset",
    width: "minmax(170px, 2.4fr)",
    order: (row) => row.asset.key,
    cell: ({ asset, standing }) => (
      <span class="row" title={asset.description || asset.key}>
        <Shape tone={toneOf(standing.status)} />
        <span class="cut" dir="auto">
          {asset.key}
        </span>
      </span>
    ),
  },
  {
    name: "status",
    title: "Status",
    width: "104px",
    isExtra: true,
    order: (row) => ORDER.indexOf(row.standing.status),
    cell: ({ standing }) => (
      <span class={`is-${toneOf(standing.status)}`} title={standing.stale.map((reason) => reason.text).join("\n") || undefined}>
        {wordOf(standing.status)}
      </span>
    ),
  },
  {
    name: "at",
    title: "Materialized",
    width: "96px",
    order: (row) => (row.standing.at === null ? null : -row.standing.at),
    cell: ({ standing }) => <Time at={standing.at} />,
  },
  {
    name: "partitions",
    title: "Partitions",
    width: "136px",
    isExtra: true,
    order: ({ standing: { partitions: of } }) => (of ? of[0] / (of[3] || 1) : null),
    cell: ({ standing }) => standing.partitions && <PartitionsThin of={standing.partitions} />,
  },
  {
    name: "checks",
    title: "Checks",
    width: "76px",
    isExtra: true,
    order: ({ standing }) => (standing.checks ? -standing.checks[2] * 1000 - standing.checks[1] : null),
    cell: ({ asset, standing }) => <ChecksShort of={standing.checks} all={asset.checkCount} />,
  },
  {
    name: "group",
    title: "Group",
    width: "minmax(80px, 1fr)",
    isExtra: true,
    order: (row) => row.asset.group,
    cell: ({ asset }) => asset.group,
  },
  {
    name: "kinds",
    title: "Kinds",
    width: "minmax(104px, 1fr)",
    isExtra: true,
    order: (row) => row.asset.kinds.join(),
    cell: ({ asset }) => (
      <span class="row">
        {asset.kinds.map((kind) => (
          <span class="chip" key={kind}>
            {kind}
          </span>
        ))}
      </span>
    ),
  },
  {
    name: "owners",
    title: "Owners",
    width: "minmax(116px, 1.2fr)",
    isExtra: true,
    order: (row) => row.asset.owners.join() || null,
    cell: ({ asset }) => asset.owners.join(", "),
  },
];

/** Evaluates a selection; while it is wrong, what was selected last stays. */
export function useSelection(text: string): { numbers: Set<number> | null; error: string | null } {
  const late = useDeferredValue(text);
  const usesStatus = /status\s*:/i.test(late);
  const [last, setLast] = useState<Set<number> | null>(null);
  const result = useMemo(() => {
    if (!board.value) return { numbers: null, error: null };
    try {
      return { numbers: select(late, board.value, standings.value), error: null };
    } catch (error) {
      return { numbers: null, error: (error as Error).message };
    }
  }, [late, board.value, usesStatus ? standings.value : null]);
  useEffect(() => {
    if (result.numbers) setLast(result.numbers);
  }, [result]);
  return result.error ? { numbers: last, error: result.error } : result;
}

const BY_NAME = new Intl.Collator("en", { numeric: true });

function facetsOf(rows: Row[]): [string, string, [string, number][]][] {
  const counts: Record<string, Map<string, number>> = {
    status: new Map(),
    group: new Map(),
    kind: new Map(),
    owner: new Map(),
    code_location: new Map(),
    tag: new Map(),
  };
  const add = (facet: string, value: string) => value && counts[facet]!.set(value, (counts[facet]!.get(value) ?? 0) + 1);
  for (const { asset, standing } of rows) {
    add("status", standing.status);
    add("group", asset.group);
    asset.kinds.forEach((kind) => add("kind", kind));
    asset.owners.forEach((owner) => add("owner", owner));
    add("code_location", asset.location);
    asset.tags.forEach((tag) => add("tag", tag));
  }
  const titles: Record<string, string> = {
    status: "Status",
    group: "Group",
    kind: "Kind",
    owner: "Owner",
    code_location: "Code location",
    tag: "Tag",
  };
  return Object.entries(counts)
    .map(([name, values]): [string, string, [string, number][]] => [
      name,
      titles[name]!,
      [...values].sort((a, b) => b[1] - a[1] || BY_NAME.compare(a[0], b[0])).slice(0, 12),
    ])
    .filter(([name, , values]) => values.length > (name === "code_location" ? 1 : 0));
}

export function AssetsPage() {
  useBoard();
  const [text, setText] = useQuery("q");
  const [sort, setSort] = useQuery("sort");
  const [view, setView] = useQuery("view", "table");
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const isOpen = useCallback((id: string) => open.has(id), [open]);
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [launching, setLaunching] = useState<LaunchKind | null>(null);
  const [, go] = useLocation();
  const { numbers, error } = useSelection(text);
  const byName = useMemo(() => [...(board.value?.assets ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1)), [board.value]);
  const rows = useMemo<Row[] | null>(() => {
    if (!board.value || !numbers) return null;
    return byName
      .filter((asset) => numbers.has(asset.number))
      .map((asset) => ({ asset, standing: standings.value[asset.number] ?? UNKNOWN }));
  }, [byName, numbers, standings.value]);
  const facets = useMemo(() => (rows ? facetsOf(rows) : []), [rows]);
  const keys = selected.size ? [...selected] : (rows ?? []).map((row) => row.asset.key);
  const able = (test: (asset: Asset) => boolean) =>
    keys.filter((key) => {
      const asset = board.value?.byKey.get(key);
      return asset !== undefined && test(asset);
    });
  const makeable = able((asset) => asset.isMaterializable);
  const observable = able((asset) => asset.isObservable);
  const checked = able((asset) => asset.checkCount > 0);
  useKeys([
    { keys: "f", label: "Select by text", run: () => document.getElementById("filter")?.focus() },
    { keys: "t", label: "Table or tree", run: () => setView(view === "tree" ? "table" : "tree", false) },
    { keys: "m", label: "Materialize the selected assets", run: () => makeable.length && setLaunching("materialize") },
    ...(selected.size ? [{ keys: "Escape", label: "Select nothing", run: () => setSelected(new Set()) }] : []),
  ]);
  const add = (name: string, value: string) => {
    const term = name === "tag" ? `tag:${value.split("=").map(quoted).join("=")}` : `${name}:${quoted(value)}`;
    setText(
      text.includes(term)
        ? text
            .replace(new RegExp(`\\s*(and\\s+)?${term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`), "")
            .replace(/^\s*and\s+/, "")
            .trim()
        : text
          ? `${text} and ${term}`
          : term,
      false,
    );
  };
  return (
    <Page
      title="Assets"
      chips={rows && <span>{count(rows.length, "asset")}</span>}
      actions={
        <>
          <span class="row hide-narrow" role="group" aria-label="View">
            {[
              ["table", "Table"],
              ["tree", "Tree"],
            ].map(([name, label]) => (
              <button key={name} aria-pressed={view === name} onClick={() => setView(name!, false)}>
                {label}
              </button>
            ))}
          </span>
          <Link class="button hide-narrow" href={`/graph${text ? `?q=${encodeURIComponent(text)}` : ""}`}>
            Show as graph
          </Link>
          <button class="primary" disabled={!makeable.length} onClick={() => setLaunching("materialize")}>
            {selected.size || text ? `Materialize ${count(makeable.length, "asset")}` : "Materialize all"}
          </button>
        </>
      }
    >
      <div class="bar">
        <SelectionBox value={text} onChange={(value) => setText(value)} error={error} />
        {error && (
          <span role="alert" class="is-failure">
            {error}
          </span>
        )}
      </div>
      {boardError.value && !board.value ? (
        <Failed error={boardError.value} retry={reloadBoard} />
      ) : !rows ? (
        <Loading lines={14} />
      ) : !board.value?.assets.length ? (
        <Undefined
          title="There are no assets"
          command={"import weftwork as dg\n\n@dg.asset\ndef numbers():\n    return [1, 2, 3]"}
        >
          Assets are what your code makes: tables, files, models. This is one:
        </Undefined>
      ) : !rows.length ? (
        <None title="No asset fits this selection">
          <button onClick={() => setText("")}>Show all {count(board.value.assets.length, "asset")}</button>
        </None>
      ) : (
        <div class="with-facets">
          <aside class="facets scroll" aria-label="Facets">
            {facets.map(([name, title, values]) => (
              <section key={name}>
                <h2>{title}</h2>
                {values.map(([value, number]) => (
                  <button
                    key={value}
                    aria-pressed={text.includes(
                      `${name}:${name === "tag" ? value.split("=").map(quoted).join("=") : quoted(value)}`,
                    )}
                    onClick={() => add(name, value)}
                  >
                    {name === "status" && <Shape tone={toneOf(value)} />}
                    <span class="cut" dir="auto">
                      {name === "status" ? wordOf(value) : value}
                    </span>
                    <span class="number">{number.toLocaleString("en")}</span>
                  </button>
                ))}
              </section>
            ))}
          </aside>
          {view === "tree" ? (
            <AssetTree
              assets={rows.map((row) => row.asset)}
              isOpen={isOpen}
              onToggle={(id) =>
                setOpen((now) => {
                  const next = new Set(now);
                  next.has(id) ? next.delete(id) : next.add(id);
                  return next;
                })
              }
              hrefOf={(asset) => assetPath(asset.key)}
            />
          ) : (
            <Table
              label="Assets"
              storedAs="assets"
              rows={rows}
              columns={COLUMNS}
              id={(row) => row.asset.key}
              href={(row) => assetPath(row.asset.key)}
              sort={sort}
              onSort={setSort}
              selected={selected}
              onSelect={setSelected}
              foot={
                selected.size ? (
                  <div class="row wrap grow">
                    <strong>{count(selected.size, "asset")} selected</strong>
                    <button onClick={() => setLaunching("materialize")} disabled={!makeable.length}>
                      Materialize {count(makeable.length, "asset")} <kbd>m</kbd>
                    </button>
                    {observable.length > 0 && (
                      <button onClick={() => setLaunching("observe")}>Observe {count(observable.length, "asset")}</button>
                    )}
                    {checked.length > 0 && (
                      <button
                        disabled={Boolean(hindrance("launch"))}
                        onClick={() => void evaluateChecks({ assets: checked }, go)}
                      >
                        Evaluate checks of {count(checked.length, "asset")}
                      </button>
                    )}
                    <button class="plain" onClick={() => setSelected(new Set())}>
                      Select nothing
                    </button>
                  </div>
                ) : undefined
              }
            />
          )}
        </div>
      )}
      {launching && (
        <Launch
          kind={launching}
          keys={launching === "observe" ? observable : makeable}
          left={keys.length - (launching === "observe" ? observable : makeable).length}
          onClose={() => setLaunching(null)}
        />
      )}
    </Page>
  );
}
