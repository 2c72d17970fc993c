// The first of many things, and a button that shows the others.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { count } from "../text/words";

export function Some<Item>({
  items,
  most = 12,
  unit,
  children,
}: {
  items: Item[];
  most?: number;
  /** What one of them is called. */
  unit?: string;
  children: (item: Item, place: number) => ComponentChildren;
}) {
  const [isOpen, setOpen] = useState(false);
  const isCut = items.length > most + 2;
  return (
    <>
      {(isOpen || !isCut ? items : items.slice(0, most)).map(children)}
      {isCut && (
        <button type="button" class="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen
            ? "Show fewer"
            : `Show ${unit ? count(items.length - most, `more ${unit}`, `more ${unit}s`) : `${items.length - most} more`}`}
        </button>
      )}
    </>
  );
}
