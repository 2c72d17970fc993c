// A field for a selection of assets that completes keys and values.
import { board } from "../assets/board";
import { KEYS, quoted } from "../assets/selection";
import { CompleteBox, type Offer } from "./complete-box";

const SHOWN = 12;

function valuesOf(key: string): string[] {
  const assets = board.value?.assets ?? [];
  const all = new Set<string>();
  for (const asset of assets) {
    if (key === "key") all.add(asset.key);
    else if (key === "group" && asset.group) all.add(asset.group);
    else if (key === "kind") asset.kinds.forEach((each) => all.add(each));
    else if (key === "owner") asset.owners.forEach((each) => all.add(each));
    else if (key === "tag") asset.tags.forEach((each) => all.add(each));
    else if (key === "column") asset.columns.forEach((each) => all.add(each));
    else if (key === "code_location" && asset.location) all.add(asset.location);
  }
  if (key === "status") ["MATERIALIZED", "STALE", "MISSING", "FAILED", "IN_PROGRESS"].forEach((each) => all.add(each));
  return [...all];
}

/** What may stand where the caret is: the whole new text for each offer. */
export function offers(text: string, caret: number): Offer[] {
  const before = text.slice(0, caret);
  const match = /(?:(\w+):)?("?)([^\s()+,:="]*)$/.exec(before)!;
  const [whole, key, , part] = match;
  const head = before.slice(0, before.length - whole.length);
  const rest = text.slice(caret);
  if (key) {
    return valuesOf(key.toLowerCase())
      .filter((value) => value.toLowerCase().includes(part!.toLowerCase()))
      .slice(0, SHOWN)
      .map((value) => ({
        label: value,
        text: `${head}${key}:${key === "tag" ? value.split("=").map(quoted).join("=") : quoted(value)}${rest}`,
      }));
  }
  if (!part) return KEYS.map((name) => ({ label: `${name}:`, text: `${head}${name}:${rest}` }));
  const low = part.toLowerCase();
  return [
    ...KEYS.filter((name) => name.startsWith(low)).map((name) => ({ label: `${name}:`, text: `${head}${name}:${rest}` })),
    ...valuesOf("key")
      .filter((value) => value.toLowerCase().includes(low))
      .slice(0, SHOWN)
      .map((value) => ({ label: value, text: `${head}key:${quoted(value)}${rest}` })),
  ].slice(0, SHOWN);
}

export function SelectionBox({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  error: string | null;
}) {
  return (
    <CompleteBox
      value={value}
      onChange={onChange}
      offers={offers}
      label="Select assets"
      placeholder='group:raw and not tag:team=core, 1+key:"raw/users"+'
      error={error}
    />
  );
}
