// A field for a selection of assets that completes keys and values.
import { useRef, useState } from "preact/hooks";
import { board } from "../assets/board";
import { KEYS, quoted } from "../assets/selection";

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
export function offers(text: string, caret: number): { label: string; text: string }[] {
  const before = text.slice(0, caret);
  const match = /(?:(\w+):)?("?)([^\s()+,:="]*)$/.exec(before)!;
  const [whole, key, , part] = match;
  const head = before.slice(0, before.length - whole.length);
  const rest = text.slice(caret);
  if (key) {
    return valuesOf(key.toLowerCase()).filter((value) => value.toLowerCase().includes(part!.toLowerCase())).slice(0, SHOWN)
      .map((value) => ({ label: value, text: `${head}${key}:${key === "tag" ? value.split("=").map(quoted).join("=") : quoted(value)}${rest}` }));
  }
  if (!part) return KEYS.map((name) => ({ label: `${name}:`, text: `${head}${name}:${rest}` }));
  const low = part.toLowerCase();
  return [
    ...KEYS.filter((name) => name.startsWith(low)).map((name) => ({ label: `${name}:`, text: `${head}${name}:${rest}` })),
    ...valuesOf("key").filter((value) => value.toLowerCase().includes(low)).slice(0, SHOWN).map((value) => ({ label: value, text: `${head}key:${quoted(value)}${rest}` })),
  ].slice(0, SHOWN);
}

export function SelectionBox({ value, onChange, error, id = "filter" }: { value: string; onChange: (value: string) => void; error: string | null; id?: string }) {
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const field = useRef<HTMLInputElement>(null);
  const list = isOpen ? offers(value, field.current?.selectionStart ?? value.length) : [];
  const choose = (n: number) => {
    const offer = list[n];
    if (!offer) return;
    onChange(offer.text);
    setAt(-1);
    setOpen(offer.text.endsWith(":"));
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") { setOpen(true); setAt(Math.min(list.length - 1, at + 1)); }
    else if (event.key === "ArrowUp") setAt(Math.max(-1, at - 1));
    else if ((event.key === "Enter" || event.key === "Tab") && isOpen && at >= 0) choose(at);
    else if (event.key === "Escape") { if (isOpen) setOpen(false); else field.current?.blur(); }
    else return;
    event.preventDefault();
  };
  return (
    <div class="complete">
      <input ref={field} id={id} type="search" role="combobox" aria-expanded={isOpen && list.length > 0} aria-controls={`${id}-offers`} aria-label="Select assets" aria-invalid={Boolean(error)} title={error ?? undefined} autoComplete="off" spellcheck={false}
        placeholder='group:raw and not tag:team=core, 1+key:"raw/users"+' value={value}
        onInput={(event) => { onChange(event.currentTarget.value); setOpen(true); setAt(-1); }} onFocus={() => setOpen(true)} onBlur={() => setTimeout(() => setOpen(false), 150)} onKeyDown={onKeyDown} />
      {isOpen && list.length > 0 && (
        <ul id={`${id}-offers`} role="listbox" aria-label="Completions">
          {list.map((offer, n) => <li key={offer.label} role="option" aria-selected={n === at} onPointerDown={(event) => { event.preventDefault(); choose(n); }}>{offer.label}</li>)}
        </ul>
      )}
    </div>
  );
}
