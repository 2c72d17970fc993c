// The system: code locations, the instance, pools, tokens, and who did what.
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useQuery, withQuery } from "../data/address";
import type { AuditPage, ChangeView, InstanceView, LocationList, LocationView, NewToken, Role, TokenList } from "../data/contract";
import { post } from "../data/http";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { Copy } from "../parts/copy";
import { Await, None } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { tell, tellError } from "../parts/toast";
import { ErrorCard } from "../runs/error-card";
import { count, duration } from "../text/words";

export default function SystemPage() {
  const [view] = useQuery("view", "locations");
  return (
    <Page title="System">
      <nav class="tabs" aria-label="Views">{[["locations", "Code locations"], ["instance", "Instance"], ["tokens", "Tokens"], ["audit", "Audit"]].map(([name, label]) => <Link key={name} href={withQuery("/system", { view: name === "locations" ? null : name! })} aria-current={view === name ? "page" : undefined}>{label}</Link>)}</nav>
      {view === "instance" ? <Instance /> : view === "tokens" ? <Tokens /> : view === "audit" ? <Audit /> : <Locations />}
    </Page>
  );
}

function Locations() {
  const list = useResource<LocationList>("/locations", (change) => change.topic === "location");
  const refusal = hindrance("edit");
  const reload = (name: string | null) => post("/locations/reload", { name, wait: false }).then(() => { tell(name ? `${name} is loaded again` : "All code locations are loaded again"); list.reload(); }, tellError);
  return (
    <div class="page scroll">
      <Await of={list}>{(data) => !data.locations.length ? <None title="No code is loaded" command="weft dev -f definitions.py" /> : <>
        <div class="row"><button disabled={Boolean(refusal)} title={refusal ?? undefined} onClick={() => void reload(null)}>Reload all</button></div>
        {data.locations.map((each) => <Location key={each.name} of={each} refusal={refusal} onReload={() => void reload(each.name)} />)}
      </>}</Await>
    </div>
  );
}

function Changes({ word, of }: { word: string; of: ChangeView[] }) {
  if (!of.length) return null;
  return <><dt>{word}</dt><dd>{of.slice(0, 20).map((change) => <span key={change.kind + change.name} class="chip" title={change.fields.join(", ")}><span class="cut">{change.kind} {change.name}{change.fields.length > 0 && ` (${change.fields.slice(0, 3).join(", ")})`}</span></span>)}{of.length > 20 && ` and ${of.length - 20} more`}</dd></>;
}

function Location({ of, refusal, onReload }: { of: LocationView; refusal: string | null; onReload: () => void }) {
  const counts = of.counts && Object.entries(of.counts).filter(([, number]) => number > 0).map(([name, number]) => `${number.toLocaleString("en")} ${number === 1 ? name.replace(/s$/, "") : name}`).join(", ");
  return (
    <section class="panel">
      <header class="wrap"><Status value={of.status === "closed" ? "CANCELED" : of.status} words={{ closed: "Ended", failed: "Not loaded", loaded: "Loaded", loading: "Loading" }[of.status]} /><h2 class="grow">{of.name}</h2><button disabled={Boolean(refusal) || of.status === "loading"} title={refusal ?? undefined} onClick={onReload}>Reload</button></header>
      {of.error && <ErrorCard error={of.error} title={of.counts ? "The code cannot be loaded; what was loaded before is still served" : "The code cannot be loaded"} />}
      <dl class="facts body">
        <dt>Code</dt><dd><code>{of.target}</code></dd>
        {counts && <><dt>Defines</dt><dd>{counts}</dd></>}
        {of.loaded_at && <><dt>Loaded</dt><dd><Time at={of.loaded_at} />{of.load_duration_s !== null && ` in ${duration(of.load_duration_s)}`}</dd></>}
        {of.python_version && <><dt>Python</dt><dd>{of.python_version}</dd></>}
        {of.warnings.map((warning) => <><dt>Warning</dt><dd class="is-warning">{warning}</dd></>)}
        {of.diff && <><Changes word="Added" of={of.diff.added} /><Changes word="Removed" of={of.diff.removed} /><Changes word="Changed" of={of.diff.changed} /></>}
      </dl>
      {of.output && <details class="body"><summary>Output while it was loaded</summary><pre class="sunken">{of.output}</pre></details>}
    </section>
  );
}

function Instance() {
  const view = useResource<InstanceView>("/instance");
  return (
    <div class="page scroll"><Await of={view}>{(data) => <>
      <section class="panel"><header><h2>Instance</h2></header><dl class="facts body">
        <dt>Directory</dt><dd><code>{data.home}</code></dd><dt>Records</dt><dd><code>{data.storage}</code></dd><dt>Values</dt><dd><code>{data.artifacts}</code></dd>
        {data.is_ephemeral && <><dt>Kept</dt><dd class="is-warning">Everything is forgotten when this process ends.</dd></>}
        <dt>Weftwork</dt><dd>{data.version}</dd><dt>Python</dt><dd>{data.python_version}</dd><dt>Platform</dt><dd>{data.platform}</dd>
      </dl></section>
      <section class="panel"><header><h2>Pools</h2></header>{data.pools.length ? <table class="plain"><thead><tr><th>Pool</th><th class="right">Limit</th><th class="right">Held</th><th class="right">Waiting</th></tr></thead><tbody>{data.pools.map((pool) => <tr key={pool.name}><td><code>{pool.name}</code></td><td class="number">{pool.limit ?? "any"}</td><td class="number">{pool.held.length}</td><td class="number">{pool.waiting.length}</td></tr>)}</tbody></table> : <p class="body soft">No step is in a pool. <code>@dg.asset(pool="database")</code> puts one there, <code>weft instance concurrency</code> sets limits.</p>}</section>
      <section class="panel"><header><h2 class="grow">Settings</h2><Copy text={() => JSON.stringify(data.settings, null, 2)} /></header><pre class="body">{Object.keys(data.settings).length ? JSON.stringify(data.settings, null, 2) : "All defaults: there is no dagster.yaml, or it is empty."}</pre></section>
    </>}</Await></div>
  );
}

function Tokens() {
  const refusal = hindrance("administer");
  const list = useResource<TokenList>(refusal ? null : "/tokens");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [made, setMade] = useState<NewToken | null>(null);
  if (refusal) return <None title="Only administrators see tokens">{refusal}</None>;
  const create = async (event: Event) => {
    event.preventDefault();
    try {
      setMade(await post<NewToken>("/tokens/create", { name, role }));
      setName("");
      list.reload();
    } catch (error) {
      tellError(error);
    }
  };
  return (
    <div class="page scroll">
      <form class="row wrap" onSubmit={create}>
        <input aria-label="Whose token" placeholder="Whose it is" value={name} onInput={(event) => setName(event.currentTarget.value)} />
        <select aria-label="Role" value={role} onChange={(event) => setRole(event.currentTarget.value as Role)}>{["viewer", "launcher", "editor", "admin"].map((each) => <option key={each}>{each}</option>)}</select>
        <button class="primary" disabled={!name.trim()}>Make a token</button>
      </form>
      {made && <section class="panel"><header><h2>The token of {made.entry.name}; it is shown only now</h2></header><div class="body"><div class="copyable"><code class="grow">{made.token}</code><Copy text={made.token} /></div></div></section>}
      <Await of={list}>{(data) => !data.tokens.length ? <None title="There are no tokens" command="weft auth token create --help">Tokens let people and programs in when the server listens to more than this machine.</None> : (
        <section class="panel"><table class="plain"><thead><tr><th>Whose</th><th>Role</th><th>Made</th><th>Good until</th><th /></tr></thead><tbody>{data.tokens.map((token) => (
          <tr key={token.id}><td>{token.name}</td><td>{token.role}</td><td><Time at={token.created_at} /></td><td>{token.is_revoked ? "taken back" : token.expires_at ? <Time at={token.expires_at} /> : "for ever"}</td>
            <td class="right">{!token.is_revoked && <button class="small" onClick={() => void post("/tokens/revoke", { id: token.id }).then(list.reload, tellError)}>Take back</button>}</td></tr>
        ))}</tbody></table></section>
      )}</Await>
    </div>
  );
}

function Audit() {
  const page = useResource<AuditPage>(hindrance("administer") ? null : "/audit?limit=100");
  const refusal = hindrance("administer");
  if (refusal) return <None title="Only administrators see who did what">{refusal}</None>;
  return (
    <div class="page scroll"><Await of={page}>{(data) => !data.entries.length ? <None title="Nobody has changed anything yet" /> : (
      <section class="panel"><table class="plain"><thead><tr><th>When</th><th>Who</th><th>What</th><th>On</th><th /></tr></thead><tbody>{data.entries.map((entry) => <tr key={entry.id}><td><Time at={entry.at} /></td><td>{entry.caller} <span class="soft">{entry.role}</span></td><td>{entry.action.replaceAll("_", " ")}</td><td><code>{JSON.stringify(entry.target).slice(0, 200)}</code></td><td class="is-failure">{entry.error}</td></tr>)}</tbody></table>
        {data.cursor && <p class="body soft">The latest {count(data.entries.length, "entry", "entries")}.</p>}</section>
    )}</Await></div>
  );
}
