// Partitions of one dimension: a bar of ranges to drag over, and the ranges as a table.
import { useState } from "preact/hooks";
import type { PartitionKeyPage, PartitionRow } from "../../data/contract";
import { get, query } from "../../data/http";
import { Status, toneOf, wordOf } from "../../parts/status";
import { tellError } from "../../parts/toast";
import { count } from "../../text/words";

const SHOWN = 60;

export function Bar({
  assetKey,
  row,
  total,
  status,
  onChoose,
  onMaterialize,
}: {
  assetKey: string;
  row: PartitionRow;
  total: number;
  /** Only ranges in this state are listed; "" for all. */
  status: string;
  onChoose: (range: string) => void;
  /** Absent where nobody may, or nothing can. */
  onMaterialize: ((range: string) => void) | null;
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
        onPointerCancel={() => setFrom(null)}
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
      <RangeTable
        ranges={row.ranges.filter((range) => !status || range.status === status)}
        onChoose={onChoose}
        onMaterialize={onMaterialize}
      />
    </div>
  );
}

function RangeTable({
  ranges,
  onChoose,
  onMaterialize,
}: {
  ranges: PartitionRow["ranges"];
  onChoose: (range: string) => void;
  onMaterialize: ((range: string) => void) | null;
}) {
  if (!ranges.length) return <p class="soft">No partition is in this state.</p>;
  return (
    <>
      <table class="plain tight">
        <thead>
          <tr>
            <th>State</th>
            <th>Range</th>
            <th class="right">Partitions</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {ranges
            .slice(-SHOWN)
            .reverse()
            .map((range) => {
              const words = range.first === range.last ? range.first : `${range.first}...${range.last}`;
              return (
                <tr key={range.start}>
                  <td>
                    <Status value={range.status} words={wordOf(range.status)} />
                  </td>
                  <td>
                    <button class="plain small mono inset" title="Select this range" onClick={() => onChoose(words)}>
                      <span>
                        <span class="together">
                          {range.first}
                          {range.first !== range.last && "..."}
                        </span>
                        {range.first !== range.last && (
                          <>
                            <wbr />
                            <span class="together">{range.last}</span>
                          </>
                        )}
                      </span>
                    </button>
                  </td>
                  <td class="number">{range.count.toLocaleString("en")}</td>
                  <td class="right">
                    {onMaterialize && (
                      <button class="small" aria-label={`Materialize ${words}`} onClick={() => onMaterialize(words)}>
                        Materialize
                      </button>
                    )}
                  </td>
                </tr>
              );
            })}
        </tbody>
      </table>
      {ranges.length > SHOWN && (
        <p class="soft">
          The last {SHOWN} of {ranges.length.toLocaleString("en")} ranges.
        </p>
      )}
    </>
  );
}
