// The checks of an asset: what each last found, and what it found before.
import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { runPath } from "../data/address";
import type { AssetReport, CheckExecutionPage, CheckStatus } from "../data/contract";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Metadata } from "../parts/metadata";
import { CodePlace } from "../parts/code-place";
import { Await, None } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { count } from "../text/words";
import { evaluateChecks } from "../assets/launch";

function statusOf(passed: boolean | null, severity: string | null): string {
  return passed === null ? "UNKNOWN" : passed ? "PASSED" : severity === "WARN" ? "WARN" : "FAILED";
}

export function Checks({ report }: { report: AssetReport }) {
  const [, go] = useLocation();
  if (!report.checks.length)
    return (
      <None
        title="This asset has no checks"
        command={`@dg.asset_check(asset="${report.asset.key}")\ndef is_not_empty(${report.asset.key.split("/").at(-1)}):\n    return dg.AssetCheckResult(passed=len(${report.asset.key.split("/").at(-1)}) > 0)`}
      >
        A check says whether what was made is right:
      </None>
    );
  const refusal = hindrance("launch");
  const defined = report.checks.filter((check) => check.is_defined);
  return (
    <div class="page scroll" tabIndex={0}>
      {defined.length > 0 && (
        <div class="row">
          <span class="grow soft">{count(report.checks.length, "check")}</span>
          <button
            disabled={Boolean(refusal)}
            title={refusal ?? undefined}
            onClick={() => void evaluateChecks({ assets: [report.asset.key] }, go)}
          >
            Evaluate all
          </button>
        </div>
      )}
      {report.checks.map((check) => (
        <Check key={check.name} check={check} assetKey={report.asset.key} />
      ))}
    </div>
  );
}

function Check({ check, assetKey }: { check: CheckStatus; assetKey: string }) {
  const [isOpen, setOpen] = useState(false);
  const [, go] = useLocation();
  const refusal = hindrance("launch");
  return (
    <section class="panel">
      <header class="wrap">
        {check.crash ? (
          <Status value="FAILED" words="Could not be evaluated" />
        ) : (
          <Status value={statusOf(check.passed, check.severity)} words={check.passed === null ? "Never evaluated" : undefined} />
        )}
        <h2 class="grow">{check.name}</h2>
        {check.is_blocking && <span class="chip">blocks downstream</span>}
        {!check.is_defined && <span class="chip">no longer defined</span>}
        {check.evaluated_at && <Time at={check.evaluated_at} />}
        {check.run_id && (
          <Link class="link" href={runPath(check.run_id)}>
            <code>{check.run_id.slice(0, 8)}</code>
          </Link>
        )}
        {check.is_defined && (
          <button
            class="small"
            disabled={Boolean(refusal)}
            title={refusal ?? undefined}
            onClick={() => void evaluateChecks({ checks: [`${assetKey}:${check.name}`] }, go)}
          >
            Evaluate
          </button>
        )}
        <button class="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          History
        </button>
      </header>
      <div class="body column">
        {check.description && <p>{check.description}</p>}
        {check.crash && (
          <p>
            <span class="is-failure">{check.crash}</span>{" "}
            {check.crash_run_id && (
              <Link class="link" href={runPath(check.crash_run_id)}>
                Open run
              </Link>
            )}
            {check.passed !== null && (
              <span class="soft">
                {" "}
                Before that it {check.passed ? "passed" : "did not pass"}
                {check.result ? ":" : "."}
              </span>
            )}
          </p>
        )}
        {check.result && (
          <p class={check.passed ? "" : check.severity === "WARN" ? "is-warning" : "is-failure"}>{check.result}</p>
        )}
        {check.partition && (
          <p>
            Partition <code>{check.partition}</code>
          </p>
        )}
        {Object.keys(check.metadata).length > 0 && <Metadata values={check.metadata} />}
        {check.source && <CodePlace place={check.source} />}
      </div>
      {isOpen && <History assetKey={assetKey} name={check.name} />}
    </section>
  );
}

function History({ assetKey, name }: { assetKey: string; name: string }) {
  const page = useResource<CheckExecutionPage>(
    `/asset/checks/history?key=${encodeURIComponent(assetKey)}&name=${encodeURIComponent(name)}&limit=50`,
  );
  return (
    <Await of={page} lines={3}>
      {(data) =>
        data.executions.length === 0 ? (
          <p class="body soft">It was never evaluated.</p>
        ) : (
          <table class="plain">
            <tbody>
              {data.executions.map((each) => (
                <tr key={each.id}>
                  <td>
                    <Status
                      value={
                        each.status === "SUCCEEDED"
                          ? "PASSED"
                          : each.status === "PLANNED"
                            ? "QUEUED"
                            : each.severity === "WARN"
                              ? "WARN"
                              : "FAILED"
                      }
                    />
                  </td>
                  <td>
                    <Time at={each.timestamp} />
                  </td>
                  <td>{each.partition}</td>
                  <td>{each.description}</td>
                  <td>
                    {each.run_id && (
                      <Link class="link" href={runPath(each.run_id)}>
                        <code>{each.run_id.slice(0, 8)}</code>
                      </Link>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )
      }
    </Await>
  );
}
