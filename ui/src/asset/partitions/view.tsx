// Partitions: ranges with counts for one dimension, a heat map for two; never a list of a million keys.
import { Link } from "wouter-preact";
import { useQuery } from "../../data/address";
import type { AssetNews, AssetPartitions } from "../../data/contract";
import { query } from "../../data/http";
import { useResource } from "../../data/resource";
import { Await, None } from "../../parts/states";
import { Shape, toneOf, wordOf } from "../../parts/status";
import { isPartitionWord, parsePartitions } from "../../assets/typed";
import { count } from "../../text/words";
import { Bar } from "./bar";
import { Axes, HeatMap } from "./heat";
import { Keys } from "./keys";

const STATUSES = ["MATERIALIZED", "FAILED", "IN_PROGRESS", "MISSING"];

export function Partitions({
  assetKey,
  onMaterialize,
  canMake,
}: {
  assetKey: string;
  onMaterialize: (partition: string) => void;
  canMake: boolean;
}) {
  const [row, setRow] = useQuery("row");
  const [column, setColumn] = useQuery("column");
  const [text, setText] = useQuery("p");
  const [status, setStatus] = useQuery("state");
  const concerns = (change: { topic: string; data: Record<string, unknown> }) =>
    change.topic === "asset" && (change.data as unknown as AssetNews).keys.includes(assetKey);
  const [chosen, setChosen] = useQuery("range");
  const [atText, setAtText] = useQuery("at");
  const at = Object.fromEntries(new URLSearchParams(atText));
  const ranges = useResource<AssetPartitions>(
    `/asset/partitions${query({ key: assetKey, row, column, at: Object.entries(at).map(([name, key]) => `${name}=${key}`) })}`,
    concerns,
  );
  return (
    <div class="page scroll">
      <Await of={ranges}>
        {(data) => (
          <>
            <div class="row wrap" role="group" aria-label="States">
              <strong>{count(data.total, "partition")}</strong>
              {STATUSES.map((each) => (
                <button
                  key={each}
                  class="small"
                  aria-pressed={status === each}
                  onClick={() => setStatus(status === each ? "" : each)}
                >
                  <Shape tone={toneOf(each)} />
                  {wordOf(each)} <span class="number">{(data.counts[each] ?? 0).toLocaleString("en")}</span>
                </button>
              ))}
              {data.dimensions.length > 1 && (
                <Axes
                  assetKey={assetKey}
                  data={data}
                  at={at}
                  onAxes={(nextRow, nextColumn) => {
                    setRow(nextRow);
                    setColumn(nextColumn);
                    setAtText(without(at, nextRow, nextColumn));
                  }}
                  onAt={(dimension, key) =>
                    setAtText(new URLSearchParams(key ? { ...at, [dimension]: key } : omit(at, dimension)).toString())
                  }
                />
              )}
            </div>
            {data.total > 0 && (
              <Chosen data={data} value={chosen} onChange={setChosen} onMaterialize={onMaterialize} canMake={canMake} />
            )}
            {data.total === 0 ? (
              <None title="There are no partition keys yet">
                <p>
                  Keys of dynamic partitions are added by sensors, by <code>instance.add_dynamic_partitions</code>, or{" "}
                  <Link class="link" href="/system?view=partitions">
                    by hand
                  </Link>
                  .
                </p>
              </None>
            ) : data.row === null ? (
              <Bar
                assetKey={assetKey}
                row={data.rows[0] ?? { key: "", ranges: [] }}
                total={data.total}
                status={status}
                onChoose={setChosen}
                onMaterialize={canMake ? onMaterialize : null}
              />
            ) : (
              <HeatMap assetKey={assetKey} data={data} at={at} onRow={(key) => setText(key)} onChoose={setChosen} />
            )}
            <section class="panel">
              <header>
                <h2>Keys</h2>
                <input
                  type="search"
                  class="grow"
                  aria-label="Filter keys"
                  placeholder="Part of a key"
                  value={text}
                  onInput={(event) => setText(event.currentTarget.value)}
                />
              </header>
              <Keys
                assetKey={assetKey}
                text={text}
                status={status}
                onMaterialize={canMake ? onMaterialize : null}
                concerns={concerns}
              />
            </section>
          </>
        )}
      </Await>
    </div>
  );
}

const omit = (of: Record<string, string>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(of).filter(([each]) => each !== name));

const without = (at: Record<string, string>, ...names: string[]): string =>
  new URLSearchParams(names.reduce(omit, at)).toString();

/** Which partitions are meant: typed, dragged or clicked, all the same text. */
function Chosen({
  data,
  value,
  onChange,
  onMaterialize,
  canMake,
}: {
  data: AssetPartitions;
  value: string;
  onChange: (text: string) => void;
  onMaterialize: (partition: string) => void;
  canMake: boolean;
}) {
  const isOne = data.dimensions.length === 1;
  const isNothing = isOne && isPartitionWord(value) && !parsePartitions(value, data).length;
  const canGo = canMake && value.trim() !== "" && !isNothing;
  return (
    <form
      class="row wrap chosen"
      onSubmit={(event) => {
        event.preventDefault();
        if (canGo) onMaterialize(value);
      }}
    >
      <input
        class="mono grow"
        aria-label="Partitions"
        value={value}
        placeholder={isOne ? "first...last, latest, missing or failed" : "the keys of all dimensions, first|second"}
        list={isOne ? "partition-words" : undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {isOne && (
        <datalist id="partition-words">
          {["latest", "missing", "failed", "missing or failed"].map((word) => (
            <option key={word} value={word} />
          ))}
        </datalist>
      )}
      <button class="primary" disabled={!canGo} title={canMake ? undefined : "Nothing here makes it, or you may not."}>
        Materialize these partitions
      </button>
      {value && (
        <button type="button" class="plain" onClick={() => onChange("")}>
          Select nothing
        </button>
      )}
      {isNothing && <span class="soft">There are no such partitions.</span>}
    </form>
  );
}
