// A table of virtual rows: sticky header, sort, selection by click, shift and keyboard; a row is a link.
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { Rows, type RowsHandle } from "./rows";
import { load, save } from "../data/stored";
import { useKeys } from "./keys";

export interface Column<Row> {
  name: string;
  title: string;
  /** A CSS grid track: "120px", "minmax(160px, 2fr)". */
  width: string;
  cell: (row: Row) => ComponentChildren;
  /** What it is sorted by; absent: not sortable. */
  order?: (row: Row) => string | number | null;
  isNumber?: boolean;
  /** Left out below 900 px. */
  isExtra?: boolean;
  /** Hidden until it is chosen. */
  isOff?: boolean;
}

interface Props<Row> {
  label: string;
  rows: Row[];
  columns: Column<Row>[];
  id: (row: Row) => string;
  href: (row: Row) => string;
  /** "name" or "-name"; "" keeps the given order. */
  sort?: string;
  onSort?: (sort: string) => void;
  selected?: Set<string>;
  onSelect?: (selected: Set<string>) => void;
  onEnd?: () => void;
  foot?: ComponentChildren;
  storedAs: string;
}

/** More rows are asked for when so much of a table is left to scroll. */
const SOON_PX = 3000;

export function Table<Row>(props: Props<Row>) {
  const { rows, id, href, selected, onSelect } = props;
  const [, go] = useLocation();
  const [hidden, setHidden] = useState<string[]>(() =>
    load(
      `columns.${props.storedAs}`,
      props.columns.filter((column) => column.isOff).map((column) => column.name),
    ),
  );
  const [widths, setWidths] = useState<Record<string, number>>(() => load(`widths.${props.storedAs}`, {}));
  const [at, setAt] = useState(-1);
  const [isNarrow, setNarrow] = useState(innerWidth < 900);
  const anchor = useRef(-1);
  const list = useRef<RowsHandle>(null);
  const columns = props.columns.filter((column) => !hidden.includes(column.name) && !(isNarrow && column.isExtra));
  const rowHeight = matchMedia("(pointer: coarse)").matches
    ? 40
    : document.documentElement.dataset.density === "compact"
      ? 28
      : 32;
  useEffect(() => {
    const measure = () => setNarrow(innerWidth < 900);
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);

  const sorted = useMemo(() => {
    const by = props.sort?.replace(/^-/, "");
    const order = props.columns.find((column) => column.name === by)?.order;
    if (!order) return rows;
    const sign = props.sort!.startsWith("-") ? -1 : 1;
    return rows
      .map((row) => [order(row), row] as const)
      .sort(([a], [b]) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : (a < b ? -1 : 1) * sign))
      .map(([, row]) => row);
  }, [rows, props.sort, props.columns]);

  const toggle = (index: number, isRange: boolean) => {
    if (!selected || !onSelect || !sorted[index]) return;
    const next = new Set(selected);
    const from = isRange && anchor.current >= 0 ? Math.min(anchor.current, index) : index;
    const to = isRange && anchor.current >= 0 ? Math.max(anchor.current, index) : index;
    const isOn = isRange || !next.has(id(sorted[index]!));
    for (let i = from; i <= to; i++) isOn ? next.add(id(sorted[i]!)) : next.delete(id(sorted[i]!));
    anchor.current = index;
    onSelect(next);
  };
  const move = (step: number) => {
    const next = Math.max(0, Math.min(sorted.length - 1, at + step));
    setAt(next);
    list.current?.scrollToIndex(next, { align: "nearest" });
  };
  /** A click anywhere in a row follows its link, but for what can be clicked itself, and for text that is being selected. */
  const openRow = (event: MouseEvent, to: string) => {
    if ((event.target as HTMLElement).closest("a, button, input, label, .pick") || getSelection()?.toString()) return;
    if (event.button === 1 || event.metaKey || event.ctrlKey) window.open(to, "_blank", "noopener");
    else if (event.button === 0) go(to);
  };
  useKeys([
    { keys: "j", label: "Next row", run: () => move(1) },
    { keys: "k", label: "Row before", run: () => move(-1) },
    { keys: "Enter", label: "Open row", run: () => sorted[at] && go(href(sorted[at]!)) },
    ...(onSelect
      ? [
          { keys: "x", label: "Select row", run: () => toggle(at, false) },
          { keys: "shift+x", label: "Select to here", run: () => toggle(at, true) },
        ]
      : []),
  ]);

  const template =
    (onSelect ? "32px " : "") +
    columns.map((column) => (widths[column.name] ? `${widths[column.name]}px` : column.width)).join(" ");
  const resize = (column: Column<Row>, event: PointerEvent) => {
    event.preventDefault();
    const cell = (event.target as HTMLElement).parentElement!;
    const [from, width] = [event.clientX, cell.offsetWidth];
    const drag = (moved: PointerEvent) =>
      setWidths((all) => ({ ...all, [column.name]: Math.max(48, width + moved.clientX - from) }));
    const stop = () => {
      removeEventListener("pointermove", drag);
      setWidths((all) => (save(`widths.${props.storedAs}`, all), all));
    };
    addEventListener("pointermove", drag);
    addEventListener("pointerup", stop, { once: true });
  };
  const allOn = Boolean(selected?.size) && sorted.every((row) => selected!.has(id(row)));

  return (
    <div class="table" role="table" aria-label={props.label} aria-rowcount={sorted.length + 1}>
      <div class="table-head" role="row" style={{ gridTemplateColumns: template }}>
        {onSelect && (
          <span role="columnheader" class="cell">
            <input
              type="checkbox"
              aria-label="Select all"
              checked={allOn}
              onChange={() => onSelect(allOn ? new Set() : new Set(sorted.map(id)))}
            />
          </span>
        )}
        {columns.map((column) => {
          const direction =
            props.sort === column.name ? "ascending" : props.sort === `-${column.name}` ? "descending" : undefined;
          return (
            <span role="columnheader" class={`cell ${column.isNumber ? "number" : ""}`} key={column.name} aria-sort={direction}>
              {column.order && props.onSort ? (
                <button
                  class="plain small"
                  onClick={() => props.onSort!(direction === "ascending" ? `-${column.name}` : direction ? "" : column.name)}
                >
                  {column.title}
                  {direction && <span aria-hidden="true">{direction === "ascending" ? "↑" : "↓"}</span>}
                </button>
              ) : (
                column.title
              )}
              <i class="resize" onPointerDown={(event) => resize(column, event)} />
            </span>
          );
        })}
        <ColumnChooser
          columns={props.columns}
          hidden={hidden}
          onChange={(next) => {
            setHidden(next);
            save(`columns.${props.storedAs}`, next);
          }}
        />
      </div>
      <Rows
        ref={list}
        class="table-body scroll"
        itemSize={rowHeight}
        role="rowgroup"
        data={sorted}
        onScroll={(offset) => {
          const box = list.current;
          if (box && offset + box.viewportSize > box.scrollSize - SOON_PX) props.onEnd?.();
        }}
      >
        {(row: Row, index: number) => {
          const isOn = selected?.has(id(row));
          return (
            <div
              key={id(row)}
              onClick={(event) => openRow(event, href(row))}
              onAuxClick={(event) => openRow(event, href(row))}
              class={`table-row ${index === at ? "at" : ""}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={onSelect ? Boolean(isOn) : undefined}
              style={{ gridTemplateColumns: template, height: rowHeight }}
            >
              {onSelect && (
                <span role="cell" class="cell pick">
                  <input
                    type="checkbox"
                    aria-label={`Select ${id(row)}`}
                    checked={isOn}
                    onClick={(event) => {
                      event.preventDefault();
                      toggle(index, event.shiftKey);
                    }}
                  />
                </span>
              )}
              {columns.map((column, place) => (
                <span role="cell" class={`cell ${column.isNumber ? "number" : ""}`} key={column.name}>
                  {place === 0 ? (
                    <Link class="row-link cut" href={href(row)} onFocus={() => setAt(index)}>
                      {column.cell(row)}
                    </Link>
                  ) : (
                    column.cell(row)
                  )}
                </span>
              ))}
            </div>
          );
        }}
      </Rows>
      {props.foot && <div class="table-foot">{props.foot}</div>}
    </div>
  );
}

function ColumnChooser<Row>({
  columns,
  hidden,
  onChange,
}: {
  columns: Column<Row>[];
  hidden: string[];
  onChange: (hidden: string[]) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const close = (event: Event) => !root.current?.contains(event.target as Node) && setOpen(false);
    addEventListener("pointerdown", close);
    return () => removeEventListener("pointerdown", close);
  }, []);
  return (
    <div class="menu columns" role="columnheader" ref={root} onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
      <button
        class="plain small"
        aria-label="Choose columns"
        title="Choose columns"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        ⋮
      </button>
      {isOpen && (
        <ul role="menu" aria-label="Columns">
          {columns.slice(1).map((column) => (
            <li role="none" key={column.name}>
              <button
                role="menuitemcheckbox"
                aria-checked={!hidden.includes(column.name)}
                onClick={() =>
                  onChange(
                    hidden.includes(column.name) ? hidden.filter((name) => name !== column.name) : [...hidden, column.name],
                  )
                }
              >
                <span aria-hidden="true">{hidden.includes(column.name) ? "　" : "✓"}</span> {column.title}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
