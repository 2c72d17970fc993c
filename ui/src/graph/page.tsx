// The graph of all assets, or of a selection: groups fold, a neighbourhood can be focused, states are live.
import { useCallback, useMemo, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { board, boardError, reloadBoard, standings, useBoard, type Asset } from "../assets/board";
import { ChecksShort, PartitionsThin } from "../assets/thin";
import { useSelection } from "../assets/use-selection";
import { Launch } from "../assets/launch";
import { AssetTree, DIVIDER } from "../assets/tree";
import { StaleWhy } from "../assets/stale";
import { assetPath, useQuery, withQuery } from "../data/address";
import { Page } from "../frame/page";
import { useKeys } from "../parts/keys";
import { SelectionBox } from "../parts/selection-box";
import { Failed, Loading, None } from "../parts/states";
import { Side } from "../parts/side";
import { Undefined } from "../parts/undefined";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { count } from "../text/words";
import { GraphCanvas } from "./canvas";
import { warmLayouts } from "./layouts";

warmLayouts();

const ALL_OPEN_UP_TO = 250;
const NEIGHBOURHOOD = /^(\d+)\+key:("(?:[^"\\]|\\.)*"|[^\s+]+)\+(\d+)$/;

export default function GraphPage() {
  useBoard();
  const [text, setText] = useQuery("q");
  const [open, setOpen] = useQuery("open");
  const [view, setView] = useQuery("view", "canvas");
  const [at, setAt] = useQuery("at");
  const [isLaunching, setLaunching] = useState(false);
  const { numbers, error } = useSelection(text);
  const groups = useMemo(() => {
    const names = new Set<string>();
    if (board.value && numbers)
      for (const number of numbers) if (board.value.assets[number]!.group) names.add(board.value.assets[number]!.group);
    return [...names].sort();
  }, [board.value, numbers]);
  const isSmall = (numbers?.size ?? 0) <= ALL_OPEN_UP_TO;
  const opened = useMemo(
    () =>
      open === "*"
        ? new Set(groups)
        : open === "-"
          ? new Set<string>()
          : open
            ? new Set(open.split(","))
            : isSmall || groups.length < 2
              ? new Set(groups)
              : new Set<string>(),
    [open, groups, isSmall],
  );
  const collapsed = useMemo(() => new Set(groups.filter((group) => !opened.has(group))), [groups, opened]);
  const toggle = (group: string) => {
    const next = new Set(opened);
    next.has(group) ? next.delete(group) : next.add(group);
    setOpen(next.size === groups.length ? "*" : next.size ? [...next].join(",") : "-", false);
  };
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  // Groups are open in the tree where they are in the canvas; what is below them is open until it is closed.
  const isOpen = useCallback(
    (id: string) => {
      const [top] = id.split(DIVIDER) as [string];
      return (opened.has(top) || !groups.includes(top)) && !closed.has(id);
    },
    [opened, groups, closed],
  );
  const focus = (asset: Asset, depth = 2) => setText(`${depth}+key:"${asset.key.replace(/["\\]/g, "\\$&")}"+${depth}`, false);
  const near = NEIGHBOURHOOD.exec(text);
  const selected = board.value?.byKey.get(at) ?? null;
  useKeys([
    { keys: "f", label: "Select by text", run: () => document.getElementById("filter")?.focus() },
    { keys: "o", label: "Open or fold all groups", run: () => setOpen(collapsed.size ? "*" : "-", false) },
    { keys: "t", label: "Tree or canvas", run: () => setView(view === "tree" ? "canvas" : "tree") },
    { keys: "Escape", label: "Select nothing", run: () => (at ? setAt("") : setText("")) },
    ...(selected ? [{ keys: "n", label: "Focus on the neighbourhood", run: () => focus(selected) }] : []),
  ]);
  const makeable = useMemo(
    () =>
      board.value && numbers
        ? [...numbers].flatMap((number) => {
            const { isMaterializable, key } = board.value!.assets[number]!;
            return isMaterializable ? [key] : [];
          })
        : [],
    [board.value, numbers],
  );
  return (
    <Page
      title="Graph"
      chips={numbers && <span>{count(numbers.size, "asset")}</span>}
      actions={
        <button class="primary" disabled={!makeable.length} onClick={() => setLaunching(true)}>
          {numbers ? `Materialize ${count(makeable.length, "asset")}` : "Materialize"}
        </button>
      }
    >
      <div class="bar">
        <SelectionBox value={text} onChange={(value) => setText(value)} error={error} />
        {near && (
          <label class="row">
            Depth
            <select
              value={near[1]}
              onChange={(event) => setText(`${event.currentTarget.value}+key:${near[2]}+${event.currentTarget.value}`)}
            >
              {[...new Set([near[1]!, "1", "2", "3", "5"])].sort().map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        )}
        {text && <button onClick={() => setText("")}>Show all</button>}
        {groups.length > 0 && (
          <button onClick={() => setOpen(collapsed.size ? "*" : "-", false)}>
            {collapsed.size ? "Open all groups" : "Fold all groups"}
          </button>
        )}
        <button aria-pressed={view === "tree"} onClick={() => setView(view === "tree" ? "canvas" : "tree")}>
          Tree
        </button>
        {error && (
          <span role="alert" class="is-failure">
            {error}
          </span>
        )}
      </div>
      {boardError.value && !board.value ? (
        <Failed error={boardError.value} retry={reloadBoard} />
      ) : !board.value || !numbers ? (
        <Loading />
      ) : !board.value.assets.length ? (
        <Undefined
          title="There are no assets"
          command={"import weftwork as dg\n\n@dg.asset\ndef numbers():\n    return [1, 2, 3]"}
        >
          The graph shows assets and what they depend on. This is one:
        </Undefined>
      ) : !numbers.size ? (
        <None title="No asset fits this selection">
          <button onClick={() => setText("")}>Show all {count(board.value.assets.length, "asset")}</button>
        </None>
      ) : (
        <div class="with-side">
          {view === "tree" ? (
            <AssetTree
              assets={[...numbers].map((number) => board.value!.assets[number]!)}
              isOpen={isOpen}
              onToggle={(id) =>
                groups.includes(id)
                  ? toggle(id)
                  : setClosed((now) => {
                      const next = new Set(now);
                      next.has(id) ? next.delete(id) : next.add(id);
                      return next;
                    })
              }
              hrefOf={(asset) => withQuery("/graph", { at: asset.key })}
              at={at}
            />
          ) : (
            <GraphCanvas
              items={board.value.assets}
              standings={standings.value}
              numbers={numbers}
              collapsed={collapsed}
              areGroupsShown
              place={`assets ${text}\n${open}`}
              selected={selected?.number ?? null}
              onSelect={(number) => setAt(number === null ? "" : board.value!.assets[number]!.key)}
              onToggle={toggle}
              onFocus={(number) => focus(board.value!.assets[number]!)}
            />
          )}
          {selected && <AssetSide asset={selected} onClose={() => setAt("")} onFocus={() => focus(selected)} />}
        </div>
      )}
      {isLaunching && (
        <Launch keys={makeable} left={(numbers?.size ?? 0) - makeable.length} onClose={() => setLaunching(false)} />
      )}
    </Page>
  );
}

function AssetSide({ asset, onClose, onFocus }: { asset: Asset; onClose: () => void; onFocus: () => void }) {
  const [isLaunching, setLaunching] = useState(false);
  const standing = standings.value[asset.number];
  const all = board.value!.assets;
  const list = (title: string, numbers: number[]) =>
    numbers.length > 0 && (
      <section>
        <h2>
          {title} <span class="soft">{numbers.length}</span>
        </h2>
        <ul class="links">
          {numbers.slice(0, 30).map((number) => (
            <li key={number} class="row">
              <Status value={standings.value[number]?.status} quiet />
              <Link class="link cut" href={assetPath(all[number]!.key)}>
                {all[number]!.key}
              </Link>
            </li>
          ))}
        </ul>
      </section>
    );
  return (
    <Side
      label={asset.key}
      onClose={onClose}
      title={
        <Link class="grow cut name strong" href={assetPath(asset.key)} title={asset.key}>
          {asset.key}
        </Link>
      }
    >
      <div class="row wrap">
        <Status value={standing?.status} />
        {standing?.at && <Time at={standing.at} />}
        <ChecksShort of={standing?.checks ?? null} all={asset.checkCount} />
      </div>
      {standing && standing.stale.length > 0 && <StaleWhy reasons={standing.stale} />}
      {standing?.partitions && <PartitionsThin of={standing.partitions} />}
      {asset.description && <p>{asset.description}</p>}
      <div class="row wrap">
        {asset.group && <span class="chip">{asset.group}</span>}
        {asset.kinds.map((kind) => (
          <span class="chip" key={kind}>
            {kind}
          </span>
        ))}
        {asset.owners.map((owner) => (
          <span class="chip" key={owner}>
            {owner}
          </span>
        ))}
      </div>
      <div class="row wrap">
        <button disabled={!asset.isMaterializable} onClick={() => setLaunching(true)}>
          Materialize
        </button>
        <button onClick={onFocus}>
          Neighbourhood <kbd>n</kbd>
        </button>
      </div>
      {list("Depends on", asset.parents)}
      {list("Needed by", asset.children)}
      {isLaunching && <Launch keys={[asset.key]} onClose={() => setLaunching(false)} />}
    </Side>
  );
}
