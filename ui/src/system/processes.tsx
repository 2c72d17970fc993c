// The processes of the system: servers, code servers and runs, and whether each lives.
import { Link } from "wouter-preact";
import { runPath } from "../data/address";
import type { ProcessList, ProcessView } from "../data/contract";
import { useResource } from "../data/resource";
import { Await, None } from "../parts/states";
import { Shape, wordOf, type Tone } from "../parts/status";
import { Time } from "../parts/time";
import { bytes, duration, shortId } from "../text/words";

const KINDS: Record<string, string> = {
  server: "Web server",
  code_server: "Code server",
  run: "Run",
  daemon: "Daemon",
  other: "Other",
};

function standOf(process: ProcessView): [Tone, string] {
  if (process.pid === null && process.kind === "code_server") return ["failure", "Does not run"];
  if (process.is_expired) return ["failure", "Not heard of in time"];
  if (process.is_alive === null) return ["skipped", "On another machine"];
  return process.is_alive ? ["success", "Alive"] : ["failure", "Gone"];
}

export function Processes() {
  const list = useResource<ProcessList>("/processes", (change) => change.topic === "run" || change.topic === "location");
  return (
    <Await of={list} lines={4}>
      {({ processes }) =>
        processes.length ? (
          <section class="panel">
            <header>
              <h2 class="grow">Processes</h2>
              <button class="small" onClick={list.reload}>
                Ask again
              </button>
            </header>
            <div class="scroll" tabIndex={0}>
              <table class="plain">
                <thead>
                  <tr>
                    <th>What</th>
                    <th>Name</th>
                    <th>State</th>
                    <th>Process</th>
                    <th class="number">Memory</th>
                    <th class="number">CPU</th>
                    <th>Lease until</th>
                  </tr>
                </thead>
                <tbody>
                  {processes.map((process) => (
                    <Process key={`${process.kind} ${process.name} ${process.pid}`} process={process} />
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        ) : (
          <None title="No process is known" />
        )
      }
    </Await>
  );
}

function Process({ process }: { process: ProcessView }) {
  const [tone, words] = standOf(process);
  return (
    <tr>
      <td>{KINDS[process.kind] ?? process.kind}</td>
      <td>
        {process.kind === "run" ? (
          <Link class="link" href={runPath(process.name)}>
            <code>{shortId(process.name)}</code>
          </Link>
        ) : (
          <code>{process.name}</code>
        )}
      </td>
      <td>
        <span class={`status is-${tone}`}>
          <Shape tone={tone} />
          {words}
        </span>
        {process.state && process.is_alive !== null && <span class="soft"> {wordOf(process.state)}</span>}
      </td>
      <td>
        <code>{process.pid ?? "–"}</code>
        {process.host && <span class="soft"> on {process.host}</span>}
      </td>
      <td class="number">{process.memory_bytes === null ? "–" : bytes(process.memory_bytes)}</td>
      <td class="number">{process.cpu_s === null ? "–" : duration(process.cpu_s)}</td>
      <td>{process.lease_until ? <Time at={process.lease_until} /> : <span class="soft">–</span>}</td>
    </tr>
  );
}
