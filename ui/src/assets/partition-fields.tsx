// A partition of several dimensions: one field for each, completed with its keys.
import type { DimensionView, PartitionKeyPage } from "../data/contract";
import { query } from "../data/http";
import { useResource } from "../data/resource";

interface Props {
  assetKey: string;
  dimensions: DimensionView[];
  /** The key: those of the dimensions, ordered by the names of these, joined by "|". */
  value: string;
  onChange: (value: string) => void;
}

export function PartitionFields({ assetKey, dimensions, value, onChange }: Props) {
  const ordered = [...dimensions].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = value.split("|");
  const set = (place: number, key: string) => {
    const next = ordered.map((_, n) => (n === place ? key : (parts[n] ?? "")));
    onChange(next.every((each) => !each) ? "" : next.join("|"));
  };
  return (
    <div class="row wrap">
      {ordered.map((dimension, n) => (
        <Field
          key={dimension.name}
          assetKey={assetKey}
          dimension={dimension}
          value={parts[n] ?? ""}
          onChange={(key) => set(n, key)}
        />
      ))}
    </div>
  );
}

function Field({
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
    `/asset/partitions/keys${query({ key: assetKey, dimension: dimension.name, newest_first: true, limit: 50 })}`,
  );
  const id = `keys-of-${dimension.name}`;
  return (
    <label class="field">
      {dimension.name}
      <input
        class="mono"
        list={id}
        value={value}
        placeholder={dimension.last ?? "key"}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id={id}>
        {keys.data?.keys.map(({ key }) => (
          <option key={key} value={key} />
        ))}
      </datalist>
    </label>
  );
}
