// Metadata values by their kind: numbers, links, tables, JSON, Markdown; shown, never run.
import { Link } from "wouter-preact";
import { assetPath, runPath } from "../data/address";
import type { MetadataView } from "../data/contract";
import { Markdown } from "../text/markdown";
import { Copy } from "./copy";
import { Time } from "./time";

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Json({ value }: { value: unknown }) {
  const whole = JSON.stringify(value, null, 2);
  if (whole === undefined) return <>–</>;
  if (whole.length < 60) return <code>{JSON.stringify(value)}</code>;
  return (
    <details>
      <summary class="cut mono">{JSON.stringify(value).slice(0, 90)}…</summary>
      <pre class="sunken">{whole}</pre>
      <Copy text={whole} />
    </details>
  );
}

function TableOf({ rows }: { rows: Record<string, unknown>[] }) {
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
          {rows.slice(0, 100).map((row, n) => (
            <tr key={n}>
              {names.map((name) => (
                <td key={name}>{text(row[name] ?? "")}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface SchemaColumn {
  name: string;
  type?: string;
  description?: string | null;
  constraints?: { nullable?: boolean; unique?: boolean };
}

export function columnsOf(view: MetadataView | undefined): SchemaColumn[] {
  const columns =
    (view?.value as { columns?: SchemaColumn[] } | null)?.columns ??
    (view?.value as { schema?: { columns?: SchemaColumn[] } } | null)?.schema?.columns;
  return Array.isArray(columns) ? columns : [];
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
      return <Markdown text={text(value)} />;
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
      return (
        <Link class="link" href={assetPath(Array.isArray(value) ? value.join("/") : text(value))}>
          {Array.isArray(value) ? value.join("/") : text(value)}
        </Link>
      );
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
        <span class="break" dir="auto">
          {value}
        </span>
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
