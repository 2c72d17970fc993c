// All assets: table with facets, selected by the syntax that the command line knows too.
import { useCallback, useMemo, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { assetPath, runPath, useQuery } from "../data/address";
import { hindrance } from "../data/person";
import { Page } from "../frame/page";
import { Copy } from "../parts/copy";
import { useKeys } from "../parts/keys";
import { SelectionBox } from "../parts/selection-box";
import { Failed, Loading, None } from "../parts/states";
import { Undefined } from "../parts/undefined";
import { Shape, toneOf, wordOf } from "../parts/status";
import { Table, type Column } from "../parts/table";
import { Time } from "../parts/time";
import { count, shellWord } from "../text/words";
import { Facets, toggleTerm } from "./facets";
import { ChecksShort, PartitionsThin } from "./thin";
import { useSelection } from "./use-selection";
import { board, boardError, reloadBoard, standings, UNKNOWN, useBoard, type Asset, type Standing } from "./board";
import { evaluateChecks, Launch, type LaunchKind } from "./launch";
import { AssetTree } from "./tree";

export interface Row {
  asset: Asset;
  standing: Standing;
}

const ORDER = ["FAILED", "IN_PROGRESS", "STALE", "MISSING", "MATERIALIZED", "UNKNOWN"];

/** How many kinds have room in a narrow column. */
const shownKinds = (kinds: string[]): number => (kinds.length < 2 || kinds[0]!.length + kinds[1]!.length > 8 ? 1 : 2);

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
    width: "116px",
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
    width: "minmax(128px, 1fr)",
    isExtra: true,
    order: (row) => row.asset.kinds.join(),
    cell: ({ asset }) => (
      <span class="row" title={asset.kinds.join(", ")}>
        {asset.kinds.slice(0, shownKinds(asset.kinds)).map((kind) => (
          <span class="chip" key={kind}>
            {kind}
          </span>
        ))}
        {asset.kinds.length > shownKinds(asset.kinds) && (
          <span class="soft">+{asset.kinds.length - shownKinds(asset.kinds)}</span>
        )}
      </span>
    ),
  },
  {
    name: "owners",
    title: "Owners",
    width: "minmax(116px, 1.2fr)",
    isExtra: true,
    order: (row) => row.asset.owners.join() || null,
    cell: ({ asset }) => <span title={asset.owners.join("\n")}>{asset.owners.join(", ")}</span>,
  },
  {
    name: "location",
    title: "Code location",
    width: "minmax(90px, 1fr)",
    isExtra: true,
    isOff: true,
    order: (row) => row.asset.location,
    cell: ({ asset }) => asset.location,
  },
  {
    name: "run",
    title: "Last run",
    width: "92px",
    isExtra: true,
    isOff: true,
    cell: ({ standing }) =>
      standing.run && (
        <Link class="link" href={runPath(standing.run)}>
          <code>{standing.run.slice(0, 8)}</code>
        </Link>
      ),
  },
  {
    name: "description",
    title: "Description",
    width: "minmax(120px, 2fr)",
    isExtra: true,
    isOff: true,
    cell: ({ asset }) => (
      <span dir="auto" title={asset.description}>
        {asset.description}
      </span>
    ),
  },
];

/** Whether the command line, which has the definitions only, understands a selection. */
const isForCommands = (text: string): boolean => !/\b(status|column|code_location)\s*:/.test(text);

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
          <button
            class="primary"
            disabled={!makeable.length || Boolean(hindrance("launch"))}
            title={hindrance("launch") ?? undefined}
            onClick={() => setLaunching("materialize")}
          >
            {selected.size || text ? `Materialize ${count(makeable.length, "asset")}` : "Materialize all"}
          </button>
        </>
      }
    >
      <div class="bar">
        <SelectionBox value={text} onChange={(value) => setText(value)} error={error} />
        {text && !error && isForCommands(text) && (
          <Copy text={`weft materialize --select ${shellWord(text)}`} label="Copy as command" isNamed />
        )}
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
          <Facets rows={rows} text={text} onToggle={(term) => setText(toggleTerm(text, term), false)} />
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
