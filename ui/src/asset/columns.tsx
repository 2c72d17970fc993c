// The columns of an asset's table: type, what they hold, what holds for them, and the columns they are made from.
import { useState } from "preact/hooks";
import type { MetadataView } from "../data/contract";
import { columnDepsOf, columnsOf, ColumnsFrom, type SchemaColumn } from "../parts/metadata";
import { count } from "../text/words";

const FEW = 12;
const MOST = 50;

/** What holds for the values of a column, in words. */
function constraintsOf({ constraints, tags }: SchemaColumn): string[] {
  return [
    constraints?.nullable === false ? "not null" : "",
    constraints?.unique ? "unique" : "",
    ...(constraints?.other ?? []),
    ...Object.entries(tags ?? {}).map(([name, value]) => (value ? `${name}=${value}` : name)),
  ].filter(Boolean);
}

export function Columns({ metadata }: { metadata: Record<string, MetadataView> }) {
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const views = Object.values(metadata);
  const all = views.flatMap((view) => (view.kind === "table_schema" ? columnsOf(view) : []));
  if (!all.length) return null;
  const from = new Map(views.flatMap((view) => (view.kind === "table_column_lineage" ? [...columnDepsOf(view)] : [])));
  const low = text.toLowerCase();
  const columns = all.filter((column) =>
    `${column.name} ${column.type ?? ""} ${column.description ?? ""}`.toLowerCase().includes(low),
  );
  const isDescribed = all.some((column) => column.description);
  const hasConstraints = all.some((column) => constraintsOf(column).length > 0);
  return (
    <section class="panel">
      <header>
        <h2 class="grow">
          Columns <span class="soft">{all.length.toLocaleString("en")}</span>
        </h2>
        {all.length > FEW && (
          <input
            type="search"
            aria-label="Filter columns"
            placeholder="Part of a name"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </header>
      {columns.length === 0 ? (
        <p class="body soft">None of {count(all.length, "column")} fits.</p>
      ) : (
        <div class="scroll" tabIndex={0}>
          <table class="plain columns-table">
            <thead>
              <tr>
                <th>Name</th>
                <th>Type</th>
                {hasConstraints && <th>Holds</th>}
                {from.size > 0 && <th>Made from</th>}
                {isDescribed && <th>Description</th>}
              </tr>
            </thead>
            <tbody>
              {columns.slice(0, isOpen ? undefined : MOST).map((column) => (
                <tr key={column.name}>
                  <td>
                    <code dir="auto">{column.name}</code>
                  </td>
                  <td>
                    <code>{column.type ?? "string"}</code>
                  </td>
                  {hasConstraints && <td class="soft">{constraintsOf(column).join(", ")}</td>}
                  {from.size > 0 && (
                    <td>
                      <ColumnsFrom from={from.get(column.name) ?? []} />
                    </td>
                  )}
                  <td dir="auto">{column.description}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {columns.length > MOST && (
            <p class="body">
              <button class="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
                {isOpen ? "Show fewer" : `Show ${count(columns.length - MOST, "more column")}`}
              </button>
            </p>
          )}
        </div>
      )}
    </section>
  );
}
