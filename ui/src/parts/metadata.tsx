// Metadata values by their kind: numbers, links, tables, JSON, Markdown; shown, never run.
import { useMemo, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { assetPath, jobPath, runPath } from "../data/address";
import type { MetadataView } from "../data/contract";
import { Markdown } from "../text/markdown";
import { count } from "../text/words";
import { CodePlace } from "./code-place";
import { Copy } from "./copy";
import { isLong, Long } from "./long";
import { Some } from "./some";
import { Time } from "./time";

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Json({ value }: { value: unknown }) {
  const short = useMemo(() => JSON.stringify(value), [value]);
  if (short === undefined) return <>–</>;
  if (short.length < 60) return <code>{short}</code>;
  return <Long text={short.length > 200_000 ? short : JSON.stringify(value, null, 2)} isCode />;
}

const ROWS = 20;

function TableOf({ rows }: { rows: Record<string, unknown>[] }) {
  const [isOpen, setOpen] = useState(false);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <div class="scroll" tabIndex={0}>
      <table class="plain">
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, isOpen ? 1000 : ROWS).map((row, n) => (
            <tr key={n}>
              {names.map((name) => (
                <td key={name}>{text(row[name] ?? "")}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > ROWS && (
        <button type="button" class="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Show fewer" : `Show ${count(Math.min(rows.length, 1000) - ROWS, "more row")}`}
        </button>
      )}
    </div>
  );
}

export interface SchemaColumn {
  name: string;
  type?: string;
  description?: string | null;
  constraints?: { nullable?: boolean; unique?: boolean; other?: string[] };
  tags?: Record<string, string>;
}

export function columnsOf(view: MetadataView | undefined): SchemaColumn[] {
  const columns =
    (view?.value as { columns?: SchemaColumn[] } | null)?.columns ??
    (view?.value as { schema?: { columns?: SchemaColumn[] } } | null)?.schema?.columns;
  return Array.isArray(columns) ? columns : [];
}

function assetOf(value: unknown): string {
  const path = Array.isArray(value) ? value : (value as { path?: unknown } | null)?.path;
  return Array.isArray(path) ? path.map((part) => String(part).replaceAll("/", "\\/")).join("/") : text(value);
}

/** The columns that each column is made from, as [asset, column]. */
export function columnDepsOf(view: MetadataView | undefined): Map<string, [string, string][]> {
  const deps = (view?.value as { deps_by_column?: Record<string, { asset_key: unknown; column_name: string }[]> } | null)
    ?.deps_by_column;
  return new Map(
    Object.entries(deps ?? {}).map(([column, from]) => [
      column,
      from.map((each): [string, string] => [assetOf(each.asset_key), each.column_name]),
    ]),
  );
}

/** Columns that a column is made from. */
export function ColumnsFrom({ from }: { from: [string, string][] }) {
  return (
    <>
      {from.map(([asset, column]) => (
        <Link key={`${asset} ${column}`} class="link" href={assetPath(asset)}>
          {asset}: <code>{column}</code>{" "}
        </Link>
      ))}
    </>
  );
}

function LineageOf({ value }: { value: unknown }) {
  const deps = [...columnDepsOf({ kind: "table_column_lineage", value })];
  return (
    <ul class="links">
      <Some items={deps} unit="column">
        {([column, from]) => (
          <li key={column}>
            <code>{column}</code> <span class="soft">from</span> <ColumnsFrom from={from} />
          </li>
        )}
      </Some>
    </ul>
  );
}

function References({ value }: { value: unknown }) {
  const all =
    (value as { code_references?: { file_path?: string; line_number?: number; url?: string; label?: string }[] })
      .code_references ?? [];
  return (
    <ul class="links">
      {all.map((each, n) => (
        <li key={n}>
          {each.file_path ? (
            <CodePlace place={`${each.file_path}:${each.line_number ?? 1}`} />
          ) : (
            <MetadataValue view={{ kind: "url", value: each.url ?? "" }} />
          )}
        </li>
      ))}
    </ul>
  );
}

export function MetadataValue({ view }: { view: MetadataView }) {
  const { kind, value } = view;
  if (value === null || value === undefined) return <span class="soft">–</span>;
  switch (kind) {
    case "int":
    case "float":
      return (
        <span class="mono">
          {typeof value === "number" ? value.toLocaleString("en", { maximumFractionDigits: 6 }) : text(value)}
        </span>
      );
    case "bool":
      return <span class="mono">{value ? "true" : "false"}</span>;
    case "url":
      return /^https?:/i.test(text(value)) ? (
        <a class="link" href={text(value)} target="_blank" rel="noreferrer noopener">
          {text(value)}
        </a>
      ) : (
        <code>{text(value)}</code>
      );
    case "path":
    case "notebook":
      return (
        <span class="row">
          <code class="cut" title={text(value)}>
            {text(value)}
          </code>
          <Copy text={text(value)} />
        </span>
      );
    case "md":
    case "markdown":
      return isLong(text(value)) ? <Long text={text(value)} /> : <Markdown text={text(value)} />;
    case "timestamp":
      return <Time at={value as number} />;
    case "dagster_run":
    case "run":
      return (
        <Link class="link" href={runPath(text(value))}>
          {text(value).slice(0, 8)}
        </Link>
      );
    case "asset":
    case "dagster_asset": {
      const key = assetOf(value);
      return (
        <Link class="link" href={assetPath(key)}>
          {key}
        </Link>
      );
    }
    case "dagster_job": {
      const { job_name, location_name } = value as { job_name: string; location_name?: string };
      return (
        <Link class="link" href={jobPath(job_name, location_name)}>
          {job_name}
        </Link>
      );
    }
    case "python_artifact": {
      const { module, name } = value as { module: string; name: string };
      return (
        <code>
          {module}.{name}
        </code>
      );
    }
    case "table_column_lineage":
      return <LineageOf value={value} />;
    case "code_references":
      return <References value={value} />;
    case "table_schema": {
      const columns = columnsOf(view);
      return columns.length ? (
        <TableOf
          rows={columns.map(({ name, type, description }) => ({
            column: name,
            type: type ?? "string",
            ...(description ? { description } : {}),
          }))}
        />
      ) : (
        <Json value={value} />
      );
    }
    case "table": {
      const records = (value as { records?: unknown }).records;
      const rows = Array.isArray(records)
        ? records.map((record) => (record as { data?: Record<string, unknown> }).data ?? (record as Record<string, unknown>))
        : null;
      return rows ? <TableOf rows={rows} /> : <Json value={value} />;
    }
    default:
      return typeof value === "string" ? (
        isLong(value) ? (
          <Long text={value} />
        ) : (
          <span class="break" dir="auto">
            {value}
          </span>
        )
      ) : typeof value === "number" ? (
        <span class="mono">{value.toLocaleString("en")}</span>
      ) : (
        <Json value={value} />
      );
  }
}

export function Metadata({ values }: { values: Record<string, MetadataView> }) {
  return (
    <dl class="facts">
      {Object.entries(values).map(([name, view]) => (
        <>
          <dt key={name} dir="auto">
            {name}
          </dt>
          <dd>
            <MetadataValue view={view} />
          </dd>
        </>
      ))}
    </dl>
  );
}

/** Metadata in a line: names with those values that are short. */
export function metadataLine(values: Record<string, MetadataView>, most = 6): string {
  return Object.entries(values)
    .slice(0, most)
    .map(([name, { value }]) => {
      if (typeof value === "number") return `${name} ${value.toLocaleString("en", { maximumFractionDigits: 3 })}`;
      if (typeof value === "boolean") return `${name} ${value}`;
      return typeof value === "string" && value.length <= 40 ? `${name} ${value}` : name;
    })
    .join(", ");
}
