// What a run made, and what it was started with.
import { Link } from "wouter-preact";
import { assetPath, runPath } from "../data/address";
import type { RunReport } from "../data/contract";
import { Copy } from "../parts/copy";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { launchedBy } from "../runs/columns";
import { count, exact, shortId, toInstant } from "../text/words";

export function Made({ data }: { data: RunReport }) {
  return (
    <div class="page scroll" tabIndex={0}>
      <section class="panel">
        <header>
          <h2>Assets</h2>
        </header>
        {data.made.length ? (
          <table class="plain">
            <tbody>
              {data.made.map((made) => (
                <tr key={made.asset}>
                  <td>
                    <Link class="link" href={assetPath(made.asset)}>
                      {made.asset}
                    </Link>
                  </td>
                  <td>{made.partitions.length > 3 ? count(made.partitions.length, "partition") : made.partitions.join(", ")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <p class="body soft">This run has made no assets{data.is_finished ? "" : " yet"}.</p>
        )}
      </section>
      {data.checks.length > 0 && (
        <section class="panel">
          <header>
            <h2>Checks</h2>
          </header>
          <table class="plain">
            <tbody>
              {data.checks.map((check) => (
                <tr key={`${check.asset} ${check.name}`}>
                  <td>
                    <Status value={check.passed ? "PASSED" : check.severity === "WARN" ? "WARN" : "FAILED"} />
                  </td>
                  <td>{check.name}</td>
                  <td>
                    <Link class="link" href={assetPath(check.asset, "checks")}>
                      {check.asset}
                    </Link>
                  </td>
                  <td>{check.description}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}

export function ConfigAndTags({ data }: { data: RunReport }) {
  const { run } = data;
  const config = JSON.stringify(data.run_config, null, 2);
  const times: [string, string | null][] = [
    ["Created", run.created_at],
    ["Started", run.started_at],
    ["Ended", run.ended_at],
  ];
  return (
    <div class="page scroll" tabIndex={0}>
      <section class="panel">
        <header>
          <h2 class="grow">Run</h2>
          <Copy text={run.run_id} label="Copy run id" />
        </header>
        <dl class="facts body">
          <dt>Id</dt>
          <dd>
            <code>{run.run_id}</code>
          </dd>
          {times.map(
            ([word, at]) =>
              at && (
                <>
                  <dt>{word}</dt>
                  <dd>
                    {exact(toInstant(at)!)}{" "}
                    <span class="soft">
                      (<Time at={at} />)
                    </span>
                  </dd>
                </>
              ),
          )}
          <dt>Started by</dt>
          <dd>{launchedBy(run)}</dd>
          {data.parent_run_id && (
            <>
              <dt>Repeats</dt>
              <dd>
                <Link class="link" href={runPath(data.parent_run_id)}>
                  {shortId(data.parent_run_id)}
                </Link>
              </dd>
            </>
          )}
          {data.op_selection && (
            <>
              <dt>Ops</dt>
              <dd>
                <code>{data.op_selection.join(", ")}</code>
              </dd>
            </>
          )}
          {data.step_keys && (
            <>
              <dt>Steps</dt>
              <dd>
                <code>{data.step_keys.join(", ")}</code>
              </dd>
            </>
          )}
          {data.code && (
            <>
              <dt>Code</dt>
              <dd>
                <code>{data.code.python_file ?? data.code.module_name ?? data.code.package_name}</code>
              </dd>
            </>
          )}
          <dt>Command</dt>
          <dd>
            <code>weft run show {shortId(run.run_id)}</code>
            <Copy text={`weft run show ${run.run_id}`} />
          </dd>
        </dl>
      </section>
      <section class="panel">
        <header>
          <h2 class="grow">Config</h2>
          <Copy text={config} label="Copy config" />
        </header>
        <pre class="body">{Object.keys(data.run_config).length ? config : "No config: all defaults."}</pre>
      </section>
      <section class="panel">
        <header>
          <h2 class="grow">Tags</h2>
        </header>
        {Object.keys(run.tags).length ? (
          <table class="plain">
            <tbody>
              {Object.entries(run.tags).map(([name, value]) => (
                <tr key={name}>
                  <td>
                    <code>{name}</code>
                  </td>
                  <td>
                    <Link class="link" href={`/runs?q=${encodeURIComponent(`tag:${name}=${value}`)}`}>
                      {value}
                    </Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <p class="body soft">No tags.</p>
        )}
      </section>
    </div>
  );
}
