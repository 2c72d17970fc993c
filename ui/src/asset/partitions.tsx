// Partitions: ranges with counts for one dimension, a heat map for two; never a list of a million keys.
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useQuery } from "../data/address";
import type { AssetNews, AssetPartitions, PartitionKeyPage, PartitionRow } from "../data/contract";
import { get, query } from "../data/http";
import { useResource } from "../data/resource";
import { Await, None } from "../parts/states";
import { Shape, Status, toneOf, wordOf } from "../parts/status";
import { tellError } from "../parts/toast";
import { count } from "../text/words";

const STATUSES = ["MATERIALIZED", "FAILED", "IN_PROGRESS", "MISSING"];
const PAGE = 200;

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
  const ranges = useResource<AssetPartitions>(`/asset/partitions${query({ key: assetKey, row, column })}`, concerns);
  const [dragged, setDragged] = useState<string | null>(null);
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
                <span class="row">
                  <label class="row soft">
                    Rows
                    <select
                      value={data.row ?? ""}
                      onChange={(event) => {
                        setRow(event.currentTarget.value);
                        setColumn(data.dimensions.find((each) => each.name !== event.currentTarget.value)!.name);
                      }}
                    >
                      {data.dimensions.map((each) => (
                        <option key={each.name}>{each.name}</option>
                      ))}
                    </select>
                  </label>
                </span>
              )}
            </div>
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
              <Bar assetKey={assetKey} row={data.rows[0] ?? { key: "", ranges: [] }} total={data.total} onChoose={setDragged} />
            ) : (
              <HeatMap data={data} onChoose={(key) => setText(key)} />
            )}
            {dragged && (
              <div class="row wrap">
                <code>{dragged}</code>
                <button class="primary" disabled={!canMake} onClick={() => onMaterialize(dragged)}>
                  Materialize these partitions
                </button>
                <button class="plain" onClick={() => setDragged(null)}>
                  Select nothing
                </button>
              </div>
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

function Bar({
  assetKey,
  row,
  total,
  onChoose,
}: {
  assetKey: string;
  row: PartitionRow;
  total: number;
  onChoose: (range: string) => void;
}) {
  const [from, setFrom] = useState<number | null>(null);
  const [to, setTo] = useState<number | null>(null);
  const span = from === null || to === null ? null : ([Math.min(from, to), Math.max(from, to)] as const);
  const place = (event: PointerEvent) => {
    const area = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return Math.max(0, Math.min(total - 1, Math.floor(((event.clientX - area.left) / area.width) * total)));
  };
  const keyAt = async (offset: number): Promise<string> =>
    (await get<PartitionKeyPage>(`/asset/partitions/keys${query({ key: assetKey, offset, limit: 1 })}`)).keys[0]!.key;
  const done = async () => {
    if (!span) return;
    setFrom(null);
    try {
      const [first, last] = await Promise.all([keyAt(span[0]), keyAt(span[1])]);
      onChoose(first === last ? first : `${first}...${last}`);
    } catch (error) {
      tellError(error);
    }
  };
  return (
    <div>
      <div
        class="ranges"
        role="img"
        aria-label={row.ranges
          .map((range) => `${range.first} to ${range.last}: ${wordOf(range.status)}`)
          .slice(0, 40)
          .join("; ")}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setFrom(place(event));
          setTo(place(event));
        }}
        onPointerMove={(event) => from !== null && setTo(place(event))}
        onPointerUp={() => void done()}
      >
        {row.ranges.map((range) => (
          <i
            key={range.start}
            class={`bg-${toneOf(range.status)}`}
            style={{ flexGrow: range.count }}
            title={`${range.first}${range.count > 1 ? `...${range.last}` : ""}: ${wordOf(range.status)}, ${count(range.count, "partition")}`}
          />
        ))}
        {span && <b style={{ left: `${(span[0] / total) * 100}%`, width: `${((span[1] - span[0] + 1) / total) * 100}%` }} />}
      </div>
      <div class="row soft">
        <code>{row.ranges[0]?.first}</code>
        <span class="grow" />
        <code>{row.ranges.at(-1)?.last}</code>
      </div>
      <table class="plain">
        <thead>
          <tr>
            <th>State</th>
            <th>Range</th>
            <th class="right">Partitions</th>
          </tr>
        </thead>
        <tbody>
          {row.ranges
            .slice(-60)
            .reverse()
            .map((range) => {
              const words = range.first === range.last ? range.first : `${range.first}...${range.last}`;
              return (
                <tr key={range.start}>
                  <td>
                    <Status value={range.status} words={wordOf(range.status)} />
                  </td>
                  <td>
                    <button class="plain small mono" title="Select this range" onClick={() => onChoose(words)}>
                      {words}
                    </button>
                  </td>
                  <td class="number">{range.count.toLocaleString("en")}</td>
                </tr>
              );
            })}
        </tbody>
      </table>
      {row.ranges.length > 60 && <p class="soft">The last 60 of {row.ranges.length} ranges.</p>}
    </div>
  );
}

function HeatMap({ data, onChoose }: { data: AssetPartitions; onChoose: (key: string) => void }) {
  const column = data.dimensions.find((dimension) => dimension.name === data.column);
  const total = column?.count ?? 1;
  return (
    <div class="heat scroll" role="table" aria-label={`${data.row} by ${data.column}`}>
      <div class="heat-row soft" role="row">
        <span role="columnheader">{data.row}</span>
        <span role="columnheader" class="row">
          <code>{column?.first}</code>
          <span class="grow" />
          <span>{data.column}</span>
          <span class="grow" />
          <code>{column?.last}</code>
        </span>
      </div>
      {data.rows.map((row) => (
        <div class="heat-row" role="row" key={row.key}>
          <span role="rowheader" class="cut">
            <button class="plain small mono cut" title={row.key} onClick={() => onChoose(row.key)}>
              {row.key}
            </button>
          </span>
          <span
            class="ranges"
            role="cell"
            aria-label={row.ranges
              .slice(0, 20)
              .map((range) => `${range.first} to ${range.last}: ${wordOf(range.status)}`)
              .join("; ")}
          >
            {row.ranges.map((range) => (
              <i
                key={range.start}
                class={`bg-${toneOf(range.status)}`}
                style={{ width: `${(range.count / total) * 100}%` }}
                title={`${row.key}, ${range.first}${range.count > 1 ? `...${range.last}` : ""}: ${wordOf(range.status)}`}
              />
            ))}
          </span>
        </div>
      ))}
      {data.has_more_rows && <p class="soft">More rows are left out.</p>}
    </div>
  );
}

function Keys({
  assetKey,
  text,
  status,
  onMaterialize,
  concerns,
}: {
  assetKey: string;
  text: string;
  status: string;
  onMaterialize: ((key: string) => void) | null;
  concerns: (change: { topic: string; data: Record<string, unknown> }) => boolean;
}) {
  const [limit, setLimit] = useState(50);
  const page = useResource<PartitionKeyPage>(
    `/asset/partitions/keys${query({ key: assetKey, q: text, status: status ? [status] : [], limit: Math.min(limit, PAGE), newest_first: true })}`,
    concerns,
  );
  return (
    <Await of={page} lines={4}>
      {(data) =>
        data.keys.length === 0 ? (
          <p class="body soft">No key fits.</p>
        ) : (
          <>
            <table class="plain">
              <tbody>
                {data.keys.map(({ key, status: state }) => (
                  <tr key={key}>
                    <td>
                      <Status value={state ?? "UNKNOWN"} words={state ? wordOf(state) : "–"} />
                    </td>
                    <td>
                      <code>{key}</code>
                    </td>
                    <td class="right">
                      {onMaterialize && (
                        <button class="small" onClick={() => onMaterialize(key)}>
                          Materialize
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {data.total > data.keys.length && (
              <p class="body soft">
                {data.keys.length} of {data.total.toLocaleString("en")}.{" "}
                {limit < PAGE ? (
                  <button class="small" onClick={() => setLimit(PAGE)}>
                    Show more
                  </button>
                ) : (
                  "A part of a key finds the others."
                )}
              </p>
            )}
          </>
        )
      }
    </Await>
  );
}
