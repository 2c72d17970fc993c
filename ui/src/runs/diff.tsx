// Two runs side by side: code, config, tags, durations of steps, what they made, errors.
import { Link } from "wouter-preact";
import { assetPath, runPath } from "../data/address";
import type { ChangeOfValue, MadeDiff, RunDiff, StepDiff } from "../data/contract";
import { query } from "../data/http";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { Await } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { count, duration, jobWord, shortId } from "../text/words";
import { ErrorCard } from "./error-card";
import { RunDuration } from "./columns";

const SHOWN = 200;

const words = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "–"));

/** How much something grew: with its sign, nothing where it did not. */
function Grown({ by, of }: { by: number | null; of?: (size: number) => string }) {
  if (by === null || by === 0) return null;
  if (of && !/[1-9]/.test(of(Math.abs(by)))) return <span class="soft">±{of(0)}</span>;
  return (
    <>
      {by > 0 ? "+" : "−"}
      {of ? of(Math.abs(by)) : Math.abs(by).toLocaleString("en")}
    </>
  );
}

export function ChangeRows({ changes }: { changes: ChangeOfValue[] }) {
  return (
    <>
      {changes.map((each) => (
        <tr key={each.path}>
          <td>
            <code>{each.path}</code>
          </td>
          <td class={each.is_added ? "soft" : ""}>{each.is_added ? "not there" : words(each.before)}</td>
          <td class={each.is_removed ? "soft" : ""}>{each.is_removed ? "not there" : words(each.after)}</td>
          <td class="number">
            <Grown by={each.change} />
          </td>
        </tr>
      ))}
    </>
  );
}

function Changes({ title, changes }: { title: string; changes: ChangeOfValue[] }) {
  if (!changes.length) return null;
  return (
    <section class="panel">
      <header>
        <h2>{title}</h2>
      </header>
      <table class="plain diff">
        <tbody>
          <ChangeRows changes={changes} />
        </tbody>
      </table>
    </section>
  );
}

export default function DiffPage({ a, b }: { a: string; b: string }) {
  const diff = useResource<RunDiff>(`/runs/diff${query({ a, b })}`, (change) => change.topic === "run");
  return (
    <Page
      title={`${shortId(a)} and ${shortId(b)}`}
      path={[["Runs", "/runs"]]}
      actions={
        <Link class="button" href={`/diff/${b}/${a}`}>
          Swap
        </Link>
      }
    >
      <div class="page scroll" tabIndex={0}>
        <Await of={diff}>
          {(data) => (
            <>
              <Heads data={data} />
              <Errors data={data} />
              <Same data={data} />
              <Changes title="Code" changes={data.code} />
              <Changes title="Config" changes={data.config} />
              <Changes title="Tags" changes={data.tags} />
              <Steps steps={data.steps} />
              <Made made={data.made} unchanged={data.unchanged} />
            </>
          )}
        </Await>
      </div>
    </Page>
  );
}

/** What of code, config and tags is the same, in a sentence. */
function Same({ data }: { data: RunDiff }) {
  const same = (["code", "config", "tags"] as const).filter((each) => !data[each].length);
  if (!same.length) return null;
  const list = same.length > 1 ? `${same.slice(0, -1).join(", ")} and ${same.at(-1)}` : same[0]!;
  const isOne = same.length === 1 && same[0] !== "tags";
  return (
    <p class="row">
      <Status value="OK" words={`${list[0]!.toUpperCase()}${list.slice(1)} ${isOne ? "is" : "are"} the same`} />
    </p>
  );
}

function Heads({ data: { a, b } }: { data: RunDiff }) {
  return (
    <section class="panel">
      <table class="plain diff">
        <thead>
          <tr>
            <th>
              <span class="only-read">What</span>
            </th>
            <th>
              <Link class="link" href={runPath(a.run_id)}>
                {shortId(a.run_id)}
              </Link>
            </th>
            <th>
              <Link class="link" href={runPath(b.run_id)}>
                {shortId(b.run_id)}
              </Link>
            </th>
            <th class="number">
              <span class="only-read">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>Status</td>
            <td>
              <Status value={a.status} />
            </td>
            <td>
              <Status value={b.status} />
            </td>
            <td />
          </tr>
          <tr>
            <td>Job</td>
            <td>{jobWord(a.job_name)}</td>
            <td>{jobWord(b.job_name)}</td>
            <td />
          </tr>
          {(a.partition || b.partition) && (
            <tr>
              <td>Partition</td>
              <td>
                <code>{a.partition ?? "–"}</code>
              </td>
              <td>
                <code>{b.partition ?? "–"}</code>
              </td>
              <td />
            </tr>
          )}
          <tr>
            <td>Created</td>
            <td>
              <Time at={a.created_at} />
            </td>
            <td>
              <Time at={b.created_at} />
            </td>
            <td />
          </tr>
          <tr>
            <td>Duration</td>
            <td>
              <RunDuration run={a} />
            </td>
            <td>
              <RunDuration run={b} />
            </td>
            <td class="number">
              <Grown by={a.duration_s === null || b.duration_s === null ? null : b.duration_s - a.duration_s} of={duration} />
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function Errors({ data }: { data: RunDiff }) {
  if (!data.error_a && !data.error_b) return null;
  if (data.is_same_error) return <ErrorCard error={data.error_b} title="Both failed in the same way" />;
  return (
    <>
      {data.error_a && <ErrorCard error={data.error_a} title={`${shortId(data.a.run_id)} failed`} />}
      {data.error_b && <ErrorCard error={data.error_b} title={`${shortId(data.b.run_id)} failed`} />}
    </>
  );
}

function Steps({ steps }: { steps: StepDiff[] }) {
  const cell = (status: string | null, took: number | null) =>
    status === null ? (
      <span class="soft">not there</span>
    ) : (
      <span class="row">
        <Status value={status} quiet />
        {duration(took)}
      </span>
    );
  return (
    <section class="panel">
      <header>
        <h2>Steps, largest change first</h2>
      </header>
      {steps.length ? (
        <table class="plain diff">
          <tbody>
            {steps.slice(0, SHOWN).map((step) => (
              <tr key={step.step}>
                <td>
                  <code>{step.step}</code>
                </td>
                <td>{cell(step.status_a, step.duration_a)}</td>
                <td>{cell(step.status_b, step.duration_b)}</td>
                <td class="number">
                  <Grown by={step.change_s} of={duration} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p class="body soft">Neither has run a step.</p>
      )}
      {steps.length > SHOWN && <p class="body soft">and {count(steps.length - SHOWN, "more step")}</p>}
    </section>
  );
}

function Made({ made, unchanged }: { made: MadeDiff[]; unchanged: number }) {
  return (
    <section class="panel">
      <header>
        <h2>What they made</h2>
        {unchanged > 0 && <span class="soft">{count(unchanged, "asset")} without a difference</span>}
      </header>
      {made.length ? (
        <table class="plain diff">
          <tbody>
            {made.slice(0, SHOWN).map((each) => (
              <>
                <tr key={each.asset}>
                  <td>
                    <Link class="link" href={assetPath(each.asset)}>
                      {each.asset}
                    </Link>
                  </td>
                  <td colSpan={3} class="soft">
                    {each.is_made_by === "both"
                      ? "made by both"
                      : `made only by the ${each.is_made_by === "a" ? "first" : "second"}`}
                  </td>
                </tr>
                {(
                  [
                    ["code version", each.code_version],
                    ["data version", each.data_version],
                  ] as const
                )
                  .filter(([, [x, y]]) => x !== y && each.is_made_by === "both")
                  .map(([name, [x, y]]) => (
                    <tr key={`${each.asset} ${name}`}>
                      <td class="inner-cell soft">{name}</td>
                      <td>
                        <code>{x ?? "none"}</code>
                      </td>
                      <td>
                        <code>{y ?? "none"}</code>
                      </td>
                      <td />
                    </tr>
                  ))}
                {each.is_made_by === "both" && (
                  <ChangeRows
                    changes={[...each.inputs.map((input) => ({ ...input, path: `made from ${input.path}` })), ...each.metadata]}
                  />
                )}
              </>
            ))}
          </tbody>
        </table>
      ) : (
        <p class="body soft">{unchanged ? "No difference." : "Neither has made an asset."}</p>
      )}
    </section>
  );
}
