// What an asset depends on and what depends on it, as a graph and as lists.
import { useMemo } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { assetPath, useQuery } from "../data/address";
import { GraphCanvas } from "../graph/canvas";
import { Failed, Loading } from "../parts/states";
import { Side } from "../parts/side";
import { Status } from "../parts/status";
import { board, boardError, standings } from "../assets/board";
import { quoted, select } from "../assets/selection";

export function Lineage({ assetKey }: { assetKey: string }) {
  const [depth, setDepth] = useQuery("depth", "2");
  const [, go] = useLocation();
  const numbers = useMemo(
    () =>
      board.value
        ? [...select(`${depth}+key:"${assetKey.replace(/["\\]/g, "\\$&")}"+${depth}`, board.value, standings.value)]
        : null,
    [board.value, depth, assetKey],
  );
  if (!numbers || !board.value) return boardError.value ? <Failed error={boardError.value} /> : <Loading />;
  const { assets, byKey } = board.value;
  const own = byKey.get(assetKey);
  const list = (title: string, others: number[]) => (
    <section>
      <h2>{title}</h2>
      {others.length ? (
        <ul class="links">
          {others.map((number) => (
            <li key={number} class="row">
              <Status value={standings.value[number]?.status} quiet />
              <Link class="link cut" href={assetPath(assets[number]!.key, "lineage")}>
                {assets[number]!.key}
              </Link>
            </li>
          ))}
        </ul>
      ) : (
        <p class="soft">Nothing</p>
      )}
    </section>
  );
  return (
    <div class="with-side">
      <div class="column grow graph-holder">
        <div class="bar">
          <label class="row">
            Depth
            <select value={depth} onChange={(event) => setDepth(event.currentTarget.value)}>
              {["1", "2", "3", "5", "9"].map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
          <Link class="link" href={`/graph?q=${encodeURIComponent(`${depth}+key:${quoted(assetKey)}+${depth}`)}`}>
            Open in Graph
          </Link>
        </div>
        <GraphCanvas
          items={board.value.assets}
          standings={standings.value}
          numbers={numbers}
          collapsed={NONE}
          selected={own?.number ?? null}
          onSelect={(number) => number !== null && go(assetPath(assets[number]!.key, "lineage"))}
          onToggle={() => {}}
          onFocus={(number) => go(assetPath(assets[number]!.key))}
          areGroupsShown={false}
          place={`lineage ${depth} ${assetKey}`}
        />
      </div>
      <Side label="Neighbours">
        {list("Depends on", own?.parents ?? [])}
        {list("Needed by", own?.children ?? [])}
      </Side>
    </div>
  );
}

const NONE: ReadonlySet<string> = new Set();
