// An asset: how it stands, its partitions, what happened to it, its checks, what it depends on, how it is defined.
import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { assetPath, runPath, useQuery } from "../data/address";
import type { AssetNews, AssetReport } from "../data/contract";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { Copy } from "../parts/copy";
import { useKeys } from "../parts/keys";
import { Menu, type Action } from "../parts/menu";
import { columnsOf, Metadata } from "../parts/metadata";
import { Await, None } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { Markdown } from "../text/markdown";
import { useBoard } from "./board";
import { Checks } from "./checks";
import { Definition } from "./definition";
import { Events } from "./events";
import { Lineage } from "./lineage";
import { ChecksShort, PartitionsThin } from "./list";
import { Materialize } from "./materialize";
import { Partitions } from "./partitions";
import { Plots } from "./plots";
import { Report, Wipe } from "./record";

export default function AssetPage() {
  useBoard();
  const [key] = useQuery("key");
  const [view] = useQuery("view", "overview");
  const [partition, setPartition] = useState<string | null>(null);
  const [open, setOpen] = useState<"report" | "wipe" | null>(null);
  const [, go] = useLocation();
  const report = useResource<AssetReport>(`/asset?key=${encodeURIComponent(key)}`, (change) => change.topic === "location" || (change.topic === "asset" && (change.data as unknown as AssetNews).keys.includes(key)));
  const data = report.data;
  const canMake = data?.definition?.is_materializable ?? false;
  const refusal = hindrance("launch");
  const actions: Action[] = !data ? [] : [
    { label: "Materialize", keys: "m", run: () => setPartition(""), hindrance: canMake ? refusal : "Nothing here makes it." },
    { label: "Materialize with all upstream", run: () => go(`/assets?q=${encodeURIComponent(`+key:"${key}"`)}`), hindrance: canMake ? refusal : "Nothing here makes it." },
    { label: "Show in graph", keys: "s", run: () => go(`/graph?q=${encodeURIComponent(`2+key:"${key}"+2`)}`) },
    { label: "Report an event", run: () => setOpen("report"), hindrance: hindrance("edit") },
    { label: "Wipe what is known", run: () => setOpen("wipe"), isDangerous: true, hindrance: hindrance("edit") },
  ];
  useKeys(actions.filter((each) => each.keys && !each.hindrance).map((each) => ({ keys: each.keys!, label: each.label, run: each.run })));
  if (!key) return <Page title="Asset" path={[["Assets", "/assets"]]}><None title="No asset is named in the address"><Link class="link" href="/assets">All assets</Link></None></Page>;
  const tabs: [string, string][] = [["overview", "Overview"], ...(data?.definition?.partitions || data?.asset.partitions ? [["partitions", "Partitions"] as [string, string]] : []), ["events", "Events"], ["checks", `Checks${data?.checks.length ? ` (${data.checks.length})` : ""}`], ["lineage", "Lineage"], ["definition", "Definition"]];
  return (
    <Page title={key} path={[["Assets", "/assets"]]}
      chips={data && <>
        <Status value={data.asset.status} />
        {data.asset.materialized_at && <span class="hide-narrow"><Time at={data.asset.materialized_at} /></span>}
      </>}
      actions={data && <><button class="primary" disabled={!canMake || Boolean(refusal)} title={canMake ? (refusal ?? undefined) : "Nothing here makes it."} onClick={() => setPartition("")}>Materialize <kbd class="hide-narrow">m</kbd></button><Menu actions={actions} /></>}>
      <nav class="tabs" aria-label="Views">{tabs.map(([name, label]) => <Link key={name} href={assetPath(key, name === "overview" ? undefined : name)} aria-current={view === name ? "page" : undefined}>{label}</Link>)}</nav>
      <Await of={report}>
        {(asset) => view === "partitions" ? <Partitions assetKey={key} onMaterialize={setPartition} canMake={canMake} />
          : view === "events" ? <Events assetKey={key} />
          : view === "checks" ? <Checks report={asset} />
          : view === "lineage" ? <Lineage assetKey={key} />
          : view === "definition" ? <Definition report={asset} />
          : <Overview report={asset} />}
      </Await>
      {partition !== null && <Materialize keys={[key]} partition={partition} onClose={() => setPartition(null)} />}
      {open === "report" && <Report assetKey={key} onClose={() => setOpen(null)} />}
      {open === "wipe" && <Wipe assetKey={key} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function Overview({ report }: { report: AssetReport }) {
  const { asset, definition, materialization: last, failure } = report;
  const schema = { ...definition?.metadata, ...last?.metadata };
  const columns = Object.values(schema).flatMap((view) => (view.kind === "table_schema" ? columnsOf(view) : []));
  return (
    <div class="page scroll two">
      <div class="column wide">
        {definition?.description && <Markdown text={definition.description} />}
        {failure && (!last || failure.id > last.id) && (
          <section class="panel bad"><header><Status value="FAILED" words="Last try failed" /><Time at={failure.timestamp} /></header><div class="body">{failure.description ?? "The run says why."} {failure.run_id && <Link class="link" href={runPath(failure.run_id)}>Open run</Link>}</div></section>
        )}
        <section class="panel">
          <header><h2 class="grow">Latest materialization</h2>{last && <Time at={last.timestamp} />}{last?.run_id && <Link class="link" href={runPath(last.run_id)}>run {last.run_id.slice(0, 8)}</Link>}</header>
          <div class="body">{!last ? <p class="soft">It was never materialized.{definition?.is_materializable && <> <code>weft materialize --select {asset.key}</code></>}</p>
            : Object.keys(last.metadata).length ? <Metadata values={last.metadata} /> : <p class="soft">It told no metadata{last.partition && <> for partition <code>{last.partition}</code></>}.</p>}</div>
        </section>
        {asset.partitions && asset.partitions.total !== null && asset.partitions.total !== undefined && <section class="panel"><header><h2>Partitions</h2></header><div class="body"><PartitionsThin of={[asset.partitions.materialized, asset.partitions.failed, asset.partitions.in_progress, asset.partitions.total]} /></div></section>}
        <Plots assetKey={asset.key} />
        {columns.length > 0 && <section class="panel"><header><h2>Columns</h2></header><table class="plain"><thead><tr><th>Name</th><th>Type</th><th>Description</th></tr></thead><tbody>{columns.map((column) => <tr key={column.name}><td><code>{column.name}</code></td><td><code>{column.type ?? "string"}</code></td><td>{column.description}</td></tr>)}</tbody></table></section>}
      </div>
      <aside class="column narrow">
        <section class="panel"><header><h2 class="grow">Facts</h2><Copy text={asset.key} label="Copy key" /></header>
          <dl class="facts body">
            <dt>Group</dt><dd>{asset.group ? <Link class="link" href={`/assets?q=${encodeURIComponent(`group:"${asset.group}"`)}`}>{asset.group}</Link> : "–"}</dd>
            {definition && <>
              <dt>Location</dt><dd>{definition.location}</dd>
              {definition.kinds.length > 0 && <><dt>Kinds</dt><dd class="row wrap">{definition.kinds.map((kind) => <span class="chip" key={kind}>{kind}</span>)}</dd></>}
              {definition.owners.length > 0 && <><dt>Owners</dt><dd>{definition.owners.join(", ")}</dd></>}
              {Object.keys(definition.tags).some((name) => !name.startsWith("dagster/kind/")) && <><dt>Tags</dt><dd class="row wrap">{Object.entries(definition.tags).filter(([name]) => !name.startsWith("dagster/kind/")).map(([name, value]) => <span class="chip" key={name}><span class="cut">{value ? `${name}=${value}` : name}</span></span>)}</dd></>}
              {definition.partitions && <><dt>Partitions</dt><dd>{definition.partitions.description}</dd></>}
              {definition.automation && <><dt>Automation</dt><dd>{definition.automation}</dd></>}
              {definition.code_version && <><dt>Code version</dt><dd><code>{definition.code_version}</code></dd></>}
            </>}
            {(report.checks.length > 0 || asset.checks) && <><dt>Checks</dt><dd><Link class="link" href={assetPath(asset.key, "checks")}><ChecksShort of={asset.checks ? [asset.checks.passed, asset.checks.warned, asset.checks.failed] : null} all={report.checks.length} /></Link></dd></>}
          </dl>
        </section>
        <Neighbours title="Depends on" keys={report.parents} />
        <Neighbours title="Needed by" keys={report.children} />
        {!definition && <p class="soft">No code location defines this asset; it was only ever recorded.</p>}
      </aside>
    </div>
  );
}

function Neighbours({ title, keys }: { title: string; keys: string[] }) {
  if (!keys.length) return null;
  return <section class="panel"><header><h2>{title} {keys.length > 1 && <span class="soft">{keys.length}</span>}</h2></header><ul class="body links">{keys.slice(0, 50).map((key) => <li key={key}><Link class="link cut" href={assetPath(key)}>{key}</Link></li>)}</ul></section>;
}
