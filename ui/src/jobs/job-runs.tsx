// The last runs of a job.
import { Link } from "wouter-preact";
import { runPath } from "../data/address";
import type { RunNews, RunPage } from "../data/contract";
import { useResource } from "../data/resource";
import { Await, None } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { RunDuration } from "../runs/columns";

export function JobRuns({ name }: { name: string }) {
  const page = useResource<RunPage>(
    `/runs?job=${encodeURIComponent(name)}&limit=50`,
    (change) => change.topic === "run" && (change.data as unknown as RunNews).run.job_name === name,
  );
  return (
    <div class="page scroll">
      <Await of={page}>
        {(data) =>
          data.runs.length === 0 ? (
            <None title="This job has never run" command={`weft job execute --job ${name}`} />
          ) : (
            <section class="panel">
              <table class="plain">
                <tbody>
                  {data.runs.map((run) => (
                    <tr key={run.run_id}>
                      <td>
                        <Status value={run.status} />
                      </td>
                      <td>
                        <Link class="link" href={runPath(run.run_id)}>
                          <code>{run.run_id.slice(0, 8)}</code>
                        </Link>
                      </td>
                      <td>
                        <Time at={run.created_at} />
                      </td>
                      <td class="number">
                        <RunDuration run={run} />
                      </td>
                      <td>
                        <code>{run.partition}</code>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <p class="body">
                <Link class="link" href={`/runs?q=${encodeURIComponent(`job:${name}`)}`}>
                  All runs of this job
                </Link>
              </p>
            </section>
          )
        }
      </Await>
    </div>
  );
}
