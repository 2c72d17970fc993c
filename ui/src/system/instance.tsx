// The instance: where everything is and how it is set up; pools and who holds their slots.
import { Link } from "wouter-preact";
import { runPath } from "../data/address";
import type { InstanceView, PoolView } from "../data/contract";
import { useResource } from "../data/resource";
import { Copy } from "../parts/copy";
import { Await, None } from "../parts/states";
import { Shape } from "../parts/status";
import { shortId } from "../text/words";

/** Nested settings as lines: `run_queue.max_concurrent_runs`, 10. */
export function toLines(value: unknown, path = ""): [string, string][] {
  if (value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length) {
    return Object.entries(value).flatMap(([name, inner]) => toLines(inner, path ? `${path}.${name}` : name));
  }
  return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
}

export function Instance() {
  const instance = useResource<InstanceView>("/instance");
  return (
    <Await of={instance} lines={8}>
      {(view) => {
        const facts: [string, string][] = [["Home", view.home], ["Database", view.storage], ["Values", view.artifacts], ["Weftwork", view.version], ["Python", view.python_version], ["Runs on", view.platform]];
        const lines = Object.keys(view.settings).length ? toLines(view.settings) : [];
        return (
          <>
            {view.is_ephemeral && <p class="row is-warning"><Shape tone="warning" /><span>Everything here is forgotten when the server ends. Set <code>DAGSTER_HOME</code> to a directory to keep it.</span></p>}
            <section class="panel">
              <header><h2 class="grow">Instance</h2><Copy label="Copy all of this" text={() => facts.map(([name, value]) => `${name}: ${value}`).join("\n")} /></header>
              <div class="body"><dl class="facts">{facts.map(([name, value]) => <><dt key={name}>{name}</dt><dd><code>{value}</code></dd></>)}</dl></div>
            </section>
            <section class="panel">
              <header><h2 class="grow">Settings</h2><code class="soft cut">{view.home}/dagster.yaml</code></header>
              {lines.length
                ? <table class="plain"><thead><tr><th>Setting</th><th>Value</th></tr></thead><tbody>{lines.map(([path, value]) => <tr key={path}><td><code>{path}</code></td><td><code>{value}</code></td></tr>)}</tbody></table>
                : <p class="body soft">All settings are the standard ones: <code>dagster.yaml</code> is not there, or empty.</p>}
            </section>
          </>
        );
      }}
    </Await>
  );
}

export function Pools() {
  const instance = useResource<InstanceView>("/instance", (change) => change.topic === "run");
  return (
    <Await of={instance} lines={4}>
      {({ pools }) => pools.length
        ? (
          <section class="panel">
            <table class="plain"><thead><tr><th>Pool</th><th class="number">Slots taken</th><th>Held by</th><th>Waiting</th></tr></thead>
              <tbody>{pools.map((pool) => <Pool key={pool.name} pool={pool} />)}</tbody>
            </table>
          </section>
        )
        : <None title="There are no pools" command={'@dg.asset(pool="database")\ndef report(): ...'}>A pool limits how many steps of a kind run at once. An op or asset names its pool:</None>}
    </Await>
  );
}

function Pool({ pool }: { pool: PoolView }) {
  const isFull = pool.limit !== null && pool.held.length >= pool.limit;
  return (
    <tr>
      <td><span class="row">{isFull && <Shape tone="warning" />}{pool.name}</span></td>
      <td class="number">{pool.held.length.toLocaleString("en")} of {pool.limit === null ? "any number" : pool.limit.toLocaleString("en")}</td>
      <td><Steps steps={pool.held} /></td>
      <td><Steps steps={pool.waiting} /></td>
    </tr>
  );
}

function Steps({ steps }: { steps: [string, string][] }) {
  if (!steps.length) return <span class="soft">none</span>;
  return <span class="row wrap">{steps.slice(0, 10).map(([run, step]) => <Link key={run + step} class="chip" href={runPath(run)}><code>{shortId(run)}</code> {step}</Link>)}{steps.length > 10 && `and ${steps.length - 10} more`}</span>;
}
