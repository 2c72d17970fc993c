// A schedule or sensor: how it is set, its ticks, and what a tick would ask for now.
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { jobPath, runPath, useQuery } from "../data/address";
import type { InstigatorView, TickPage, TickPreview } from "../data/contract";
import { post, query, ServerError } from "../data/http";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { Metadata } from "../parts/metadata";
import { Await, Failed, None } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { ErrorCard } from "../runs/error-card";
import { Markdown } from "../text/markdown";
import { count, exact, toInstant } from "../text/words";
import { Switch, switchTo, when } from "./list";

export default function InstigatorPage() {
  const [name] = useQuery("name");
  const [place] = useQuery("location");
  const named = query({ name, location: place });
  const one = useResource<InstigatorView>(`/instigator${named}`, (change) => change.topic === "location" || change.topic === "run");
  return (
    <Page title={name} path={[["Automation", "/automation"]]}
      chips={one.data && <>{one.data.last_tick && <Status value={one.data.last_tick.status} />}<span>{when(one.data)}</span></>}
      actions={one.data && <>{one.data.is_switched && <button onClick={() => void switchTo(one.data!, "default").then(one.reload)}>As the code says</button>}<span class="row">{one.data.is_running ? "On" : "Off"}<Switch of={one.data} onDone={one.reload} /></span></>}>
      <Await of={one}>
        {(data) => (
          <div class="page scroll two">
            <div class="column wide">
              {data.description && <Markdown text={data.description} />}
              <Preview of={data} />
              <Ticks named={named} />
            </div>
            <aside class="column narrow">
              <section class="panel"><header><h2>Facts</h2></header><dl class="facts body">
                <dt>Kind</dt><dd>{data.kind.toLowerCase()}{data.sensor_kind && `, ${data.sensor_kind.toLowerCase().replaceAll("_", " ")}`}</dd>
                <dt>When</dt><dd><code>{when(data)}</code></dd>
                {data.is_running && data.next_ticks.slice(0, 3).map((at) => <><dt>Next</dt><dd>{exact(toInstant(at)!)} <span class="soft"><Time at={at} /></span></dd></>)}
                {data.jobs.length > 0 && <><dt>Starts</dt><dd>{data.jobs.map((job) => <Link key={job} class="link" href={jobPath(job, data.location)}>{job} </Link>)}</dd></>}
                {data.selection && <><dt>Looks at</dt><dd><code>{data.selection}</code></dd></>}
                {data.cursor !== null && <><dt>Cursor</dt><dd><code>{data.cursor}</code></dd></>}
                <dt>Location</dt><dd>{data.location}</dd>
                {data.owners.length > 0 && <><dt>Owners</dt><dd>{data.owners.join(", ")}</dd></>}
                {data.source && <><dt>Code</dt><dd><code>{data.source}</code></dd></>}
              </dl></section>
              {Object.keys(data.metadata).length > 0 && <section class="panel"><header><h2>Metadata</h2></header><div class="body"><Metadata values={data.metadata} /></div></section>}
            </aside>
          </div>
        )}
      </Await>
    </Page>
  );
}

function Preview({ of }: { of: InstigatorView }) {
  const [result, setResult] = useState<TickPreview | null>(null);
  const [error, setError] = useState<ServerError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [cursor, setCursor] = useState(of.cursor ?? "");
  const look = async () => {
    setBusy(true);
    setError(null);
    try {
      setResult(await post<TickPreview>("/instigators/preview", { name: of.name, location: of.location, repository: of.repository, cursor: of.kind === "SENSOR" && cursor ? cursor : null }));
    } catch (problem) {
      setError(problem as ServerError);
      setResult(null);
    }
    setBusy(false);
  };
  return (
    <section class="panel">
      <header class="wrap"><h2 class="grow">What a tick would do now</h2>{of.kind === "SENSOR" && <input aria-label="Cursor" placeholder="cursor" value={cursor} onInput={(event) => setCursor(event.currentTarget.value)} />}<button disabled={isBusy} onClick={() => void look()}>Try, record nothing</button></header>
      {error && <Failed error={error} />}
      {result && <div class="body column">
        <p>{result.requests.length ? `It would ask for ${count(result.requests.length, "run")}.` : `It would ask for nothing${result.skip_reason ? `: ${result.skip_reason}` : "."}`}</p>
        {result.requests.slice(0, 50).map((request, n) => <pre key={n} class="sunken">{JSON.stringify(Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null && !(typeof value === "object" && !Object.keys(value).length))), null, 2)}</pre>)}
        {result.cursor !== null && <p>The cursor after it: <code>{result.cursor}</code></p>}
        {result.log.length > 0 && <pre class="sunken">{result.log.join("\n")}</pre>}
      </div>}
    </section>
  );
}

function Ticks({ named }: { named: string }) {
  const ticks = useResource<TickPage>(`/ticks${named}&limit=50`, (change) => change.topic === "run");
  const [at, setAt] = useQuery("at");
  return (
    <section class="panel"><header><h2>Ticks</h2></header>
      <Await of={ticks} lines={4}>
        {(data) => !data.ticks.length ? <None title="It has not ticked yet" /> : (
          <table class="plain"><tbody>{data.ticks.map((tick) => (
            <>
              <tr key={tick.id}>
                <td><Status value={tick.status} /></td><td><Time at={tick.started_at} /></td>
                <td>{tick.run_ids.slice(0, 5).map((id) => <Link key={id} class="link" href={runPath(id)}><code>{id.slice(0, 8)}</code> </Link>)}{tick.run_ids.length > 5 && `and ${tick.run_ids.length - 5} more`}{tick.skip_reason}</td>
                <td class="right">{tick.error && <button class="small" aria-expanded={at === String(tick.id)} onClick={() => setAt(at === String(tick.id) ? "" : String(tick.id))}>Error</button>}</td>
              </tr>
              {tick.error && at === String(tick.id) && <tr><td colSpan={4}><ErrorCard error={tick.error} title="The tick failed" /></td></tr>}
            </>
          ))}</tbody></table>
        )}
      </Await>
    </section>
  );
}
