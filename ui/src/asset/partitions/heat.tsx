// Partitions of several dimensions: two of them as a heat map, the others chosen.
import type { AssetPartitions, DimensionView, PartitionKeyPage } from "../../data/contract";
import { get, query } from "../../data/http";
import { useResource } from "../../data/resource";
import { toneOf, wordOf } from "../../parts/status";
import { tellError } from "../../parts/toast";

/** Which dimensions are rows and columns, and which key of each of the others is looked at. */
export function Axes({
  assetKey,
  data,
  at,
  onAxes,
  onAt,
}: {
  assetKey: string;
  data: AssetPartitions;
  at: Record<string, string>;
  onAxes: (row: string, column: string) => void;
  onAt: (dimension: string, key: string) => void;
}) {
  const names = data.dimensions.map((each) => each.name);
  const other = (name: string, not: string) => (name !== not ? name : names.find((each) => each !== not)!);
  const others = data.dimensions.filter((each) => each.name !== data.row && each.name !== data.column);
  return (
    <>
      <label class="row soft">
        Rows
        <select
          value={data.row ?? ""}
          onChange={({ currentTarget: { value } }) =>
            onAxes(value, value === data.column ? other(data.row!, value) : data.column)
          }
        >
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {names.length > 2 && (
        <label class="row soft">
          Columns
          <select
            value={data.column}
            onChange={({ currentTarget: { value } }) => onAxes(value === data.row ? other(data.column, value) : data.row!, value)}
          >
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      {others.map((each) => (
        <At
          key={each.name}
          assetKey={assetKey}
          dimension={each}
          value={at[each.name] ?? ""}
          onChange={(key) => onAt(each.name, key)}
        />
      ))}
    </>
  );
}

function At({
  assetKey,
  dimension,
  value,
  onChange,
}: {
  assetKey: string;
  dimension: DimensionView;
  value: string;
  onChange: (key: string) => void;
}) {
  const keys = useResource<PartitionKeyPage>(
    `/asset/partitions/keys${query({ key: assetKey, dimension: dimension.name, newest_first: dimension.is_time, limit: 200 })}`,
  );
  return (
    <label class="row soft">
      {dimension.name}
      <select aria-label={`Key of ${dimension.name}`} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">all, the worst of them</option>
        {value && !keys.data?.keys.some(({ key }) => key === value) && <option>{value}</option>}
        {keys.data?.keys.map(({ key }) => (
          <option key={key}>{key}</option>
        ))}
      </select>
    </label>
  );
}

/** The key of a partition: those of its dimensions, ordered by the names of these. */
const keyOf = (parts: Record<string, string>): string =>
  Object.keys(parts)
    .sort()
    .map((name) => parts[name])
    .join("|");

export function HeatMap({
  assetKey,
  data,
  at,
  onRow,
  onChoose,
}: {
  assetKey: string;
  data: AssetPartitions;
  at: Record<string, string>;
  onRow: (key: string) => void;
  onChoose: (key: string) => void;
}) {
  const column = data.dimensions.find((dimension) => dimension.name === data.column);
  const total = column?.count ?? 1;
  const isWhole = data.dimensions.every(({ name }) => name === data.row || name === data.column || at[name]);
  const choose = async (row: string, event: MouseEvent) => {
    if (!isWhole) return onRow(row);
    const area = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const offset = Math.max(0, Math.min(total - 1, Math.floor(((event.clientX - area.left) / area.width) * total)));
    try {
      const page = await get<PartitionKeyPage>(
        `/asset/partitions/keys${query({ key: assetKey, dimension: data.column, offset, limit: 1 })}`,
      );
      onChoose(keyOf({ ...at, [data.row!]: row, [data.column]: page.keys[0]!.key }));
    } catch (error) {
      tellError(error);
    }
  };
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
            <button class="plain small mono cut" title={row.key} onClick={() => onRow(row.key)}>
              {row.key}
            </button>
          </span>
          <span
            class="ranges"
            role="cell"
            title={isWhole ? undefined : "Choose a key of each dimension to select a partition"}
            onClick={(event) => void choose(row.key, event)}
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
