// A run: if it failed, the error first; then its steps in time, and one log.
import { useMemo, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { assetPath, jobPath, runPath, useQuery, withQuery } from "../data/address";
import type { LogNews, RunNews, RunReport, RunTimeline } from "../data/contract";
import { useResource } from "../data/resource";
import { hindrance } from "../data/person";
import { Page } from "../frame/page";
import { Copy } from "../parts/copy";
import { useKeys } from "../parts/keys";
import { Menu, type Action } from "../parts/menu";
import { Metadata } from "../parts/metadata";
import { Await } from "../parts/states";
import { Status } from "../parts/status";
import { Table } from "../parts/table";
import { Time } from "../parts/time";
import { count, duration, exact, jobWord, shortId, toInstant } from "../text/words";
import { RunsAction, useReexecute, type RunsActionName } from "./actions";
import { ErrorCard } from "./error-card";
import { launchedBy, RunDuration } from "./list";
import { Log } from "./log";
import { spanOf } from "./steps";
import { statusOf, Timeline } from "./timeline";

export default function RunPage({ id }: { id: string }) {
  const isMine = (change: { topic: string; data: Record<string, unknown> }) => change.topic === "run" && (change.data as unknown as RunNews).run.run_id === id;
  const report = useResource<RunReport>(`/runs/${id}`, isMine);
  const timeline = useResource<RunTimeline>(`/runs/${id}/timeline`, (change) => isMine(change) || (change.topic === "log" && id in (change.data as unknown as LogNews).runs));
  const [view] = useQuery("view", "timeline");
  const [step, setStep] = useQuery("step");
  const [, setText] = useQuery("log");
  const [, go] = useLocation();
  const [action, setAction] = useState<RunsActionName | null>(null);
  const reexecute = useReexecute(id);
  const run = report.data?.run;
  const isFinished = report.data?.is_finished ?? false;
  const hasFailed = run?.status === "FAILURE" || run?.status === "CANCELED";
  const refusal = hindrance("launch");

  const actions: Action[] = !report.data ? [] : [
    { label: "Re-execute all steps", run: () => void reexecute("all"), keys: "shift+r", hindrance: refusal },
    { label: "Re-execute from failure", run: () => void reexecute("from_failure"), keys: "r", hindrance: refusal ?? (hasFailed ? null : "Nothing has failed.") },
    ...(step ? [
      { label: `Re-execute ${step}`, run: () => void reexecute("selected", [step]), hindrance: refusal },
      { label: `Re-execute from ${step} on`, run: () => void reexecute("from_selected", [step]), hindrance: refusal },
    ] : []),
    { label: "Open in launchpad", run: () => go(`${jobPath(run!.job_name)}&view=launch&from=${id}`) },
    ...(report.data.parent_run_id ? [{ label: "Compare with the run it repeats", run: () => go(`/diff/${report.data!.parent_run_id}/${id}`) }] : []),
    { label: "Export as JSON", run: () => window.open(`/api/v1/runs/${id}`, "_blank", "noopener") },
    { label: "Cancel run", run: () => setAction("cancel"), keys: "c", isDangerous: true, hindrance: report.data.is_cancelable ? refusal : "It has ended." },
    { label: "Delete run", run: () => setAction("delete"), isDangerous: true, hindrance: isFinished ? hindrance("edit") : "It has not ended." },
  ];
  useKeys(actions.filter((each) => each.keys && !each.hindrance).map((each) => ({ keys: each.keys!, label: each.label, run: each.run })));

  const primary = !report.data ? null
    : report.data.is_cancelable ? <button disabled={Boolean(refusal)} title={refusal ?? undefined} onClick={() => setAction("cancel")}>Cancel run</button>
    : hasFailed ? <button class="primary" disabled={Boolean(refusal)} title={refusal ?? undefined} onClick={() => void reexecute("from_failure")}>Re-execute from failure</button>
    : <button class="primary" disabled={Boolean(refusal)} title={refusal ?? undefined} onClick={() => void reexecute("all")}>Re-execute</button>;
  return (
    <Page title={shortId(id)} isMono path={[["Runs", "/runs"]]}
      chips={run && (
        <>
          <Status value={run.status} />
          <Link class="name" href={jobPath(run.job_name)}>{jobWord(run.job_name)}</Link>
          {run.partition && <code>{run.partition}</code>}
          <span><RunDuration run={run} /></span>
          <span class="hide-narrow"><Time at={run.created_at} /></span>
        </>
      )}
      actions={report.data && <>{primary}<Menu actions={actions} /></>}>
      <Await of={report}>
        {(data) => (
          <div class="run">
            <nav class="tabs" aria-label="Views">
              {[["timeline", "Timeline"], ["steps", `List (${timeline.data?.keys.length ?? "…"})`], ["made", `Made (${data.made.length + data.checks.length})`], ["config", "Config and tags"]].map(([name, label]) => (
                <Link key={name} href={withQuery(location.pathname, { view: name === "timeline" ? null : name! })} aria-current={view === name ? "page" : undefined}>{label}</Link>
              ))}
            </nav>
            {view === "timeline" && (
              <div class="run-body scroll">
                <Failures data={data} onStep={setStep} onLog={(failed) => { setStep(failed); setText(""); document.querySelector(".log")?.scrollIntoView(); }} onRepeat={() => void reexecute("from_failure")} refusal={refusal} />
                {data.repeats.length > 1 && <Repeats data={data} id={id} />}
                {timeline.data && timeline.data.keys.length > 0 && <Timeline timeline={timeline.data} isLive={!isFinished} selected={step} onSelect={(key) => setStep(key)} />}
                <Log runId={id} timeline={timeline.data} isLive={!isFinished} />
              </div>
            )}
            {view === "steps" && <Steps of={timeline.data} />}
            {view === "made" && <Made data={data} />}
            {view === "config" && <ConfigAndTags data={data} />}
          </div>
        )}
      </Await>
      {action && run && <RunsAction action={action} runs={[run]} onClose={() => setAction(null)} onDone={() => (action === "delete" ? go("/runs") : report.reload())} />}
    </Page>
  );
}

function Failures({ data, onLog, onRepeat, refusal }: { data: RunReport; onStep: (step: string) => void; onLog: (step: string) => void; onRepeat: () => void; refusal: string | null }) {
  const [isAll, setAll] = useState(false);
  const final = data.failures.filter((failure) => failure.is_final);
  const failures = final.length ? final : data.is_finished ? data.failures : [];
  const shown = isAll ? failures : failures.slice(0, 1);
  if (!failures.length && !data.error) return null;
  return (
    <>
      {data.error && !failures.length && <ErrorCard error={data.error} title="The run failed as a whole" />}
      {shown.map((failure, n) => (
        <ErrorCard key={failure.step_key} error={failure.error} title={<>Step <code>{failure.step_key}</code> failed{data.run.partition && <> for partition <code>{data.run.partition}</code></>}{failure.label && <>: {failure.label}</>}</>}>
          {failure.description && <p class="grow">{failure.description}</p>}
          {Object.keys(failure.metadata).length > 0 && <Metadata values={failure.metadata} />}
          {n === 0 && data.is_finished && <button class="primary" disabled={Boolean(refusal)} title={refusal ?? undefined} onClick={onRepeat}>Re-execute from failure <kbd>r</kbd></button>}
          <button onClick={() => onLog(failure.step_key)}>Open log of this step</button>
        </ErrorCard>
      ))}
      {failures.length > 1 && !isAll && <button class="plain more" onClick={() => setAll(true)}>{count(failures.length - 1, "more failed step")}</button>}
    </>
  );
}

function Repeats({ data, id }: { data: RunReport; id: string }) {
  return (
    <div class="repeats row wrap">
      <span class="soft">Attempts</span>
      {data.repeats.map((run, n) => (
        <Link key={run.run_id} class="chip" href={runPath(run.run_id)} aria-current={run.run_id === id ? "page" : undefined}><Status value={run.status} quiet />{n + 1} <code>{shortId(run.run_id)}</code></Link>
      ))}
    </div>
  );
}

function Steps({ of }: { of: RunTimeline | null }) {
  const [sort, setSort] = useQuery("sort");
  const rows = useMemo(() => of?.keys.map((key, n) => ({ n, key })) ?? [], [of]);
  if (!of) return null;
  const span = (n: number) => spanOf(of, n, of.now);
  return (
    <Table label="Steps" storedAs="steps" rows={rows} id={(row) => row.key} sort={sort} onSort={setSort}
      href={(row) => withQuery(location.pathname, { view: null, step: row.key })}
      columns={[
        { name: "step", title: "Step", width: "minmax(160px, 3fr)", cell: (row) => row.key, order: (row) => row.key },
        { name: "status", title: "Status", width: "130px", cell: (row) => <Status value={statusOf(of.statuses[row.n]!)} words={of.statuses[row.n] === "WAITING" ? "Waits" : undefined} />, order: (row) => of.statuses[row.n]! },
        { name: "start", title: "Started after", width: "110px", isNumber: true, isExtra: true, cell: (row) => { const at = span(row.n); return at ? duration(at[0] - (of.started_at ?? of.created_at)) : "–"; }, order: (row) => span(row.n)?.[0] ?? null },
        { name: "duration", title: "Duration", width: "100px", isNumber: true, cell: (row) => { const at = span(row.n); return at ? duration(at[1] - at[0]) : "–"; }, order: (row) => { const at = span(row.n); return at ? at[1] - at[0] : null; } },
        { name: "attempts", title: "Attempts", width: "90px", isNumber: true, isExtra: true, cell: (row) => of.attempts[row.n]!.length, order: (row) => of.attempts[row.n]!.length },
        { name: "assets", title: "Assets", width: "minmax(100px, 2fr)", isExtra: true, cell: (row) => of.assets[row.n]!.join(", ") },
      ]} />
  );
}

function Made({ data }: { data: RunReport }) {
  return (
    <div class="page scroll" tabIndex={0}>
      <section class="panel"><header><h2>Assets</h2></header>
        {data.made.length ? <table class="plain"><tbody>{data.made.map((made) => <tr key={made.asset}><td><Link class="link" href={assetPath(made.asset)}>{made.asset}</Link></td><td>{made.partitions.length > 3 ? count(made.partitions.length, "partition") : made.partitions.join(", ")}</td></tr>)}</tbody></table> : <p class="body soft">This run has made no assets{data.is_finished ? "" : " yet"}.</p>}
      </section>
      {data.checks.length > 0 && (
        <section class="panel"><header><h2>Checks</h2></header>
          <table class="plain"><tbody>{data.checks.map((check) => (
            <tr key={`${check.asset} ${check.name}`}><td><Status value={check.passed ? "PASSED" : check.severity === "WARN" ? "WARN" : "FAILED"} /></td><td>{check.name}</td><td><Link class="link" href={assetPath(check.asset, "checks")}>{check.asset}</Link></td><td>{check.description}</td></tr>
          ))}</tbody></table>
        </section>
      )}
    </div>
  );
}

function ConfigAndTags({ data }: { data: RunReport }) {
  const { run } = data;
  const config = JSON.stringify(data.run_config, null, 2);
  const times: [string, string | null][] = [["Created", run.created_at], ["Started", run.started_at], ["Ended", run.ended_at]];
  return (
    <div class="page scroll" tabIndex={0}>
      <section class="panel"><header><h2 class="grow">Run</h2><Copy text={run.run_id} label="Copy run id" /></header>
        <dl class="facts body">
          <dt>Id</dt><dd><code>{run.run_id}</code></dd>
          {times.map(([word, at]) => at && <><dt>{word}</dt><dd>{exact(toInstant(at)!)} <span class="soft">(<Time at={at} />)</span></dd></>)}
          <dt>Started by</dt><dd>{launchedBy(run)}</dd>
          {data.parent_run_id && <><dt>Repeats</dt><dd><Link class="link" href={runPath(data.parent_run_id)}>{shortId(data.parent_run_id)}</Link></dd></>}
          {data.op_selection && <><dt>Ops</dt><dd><code>{data.op_selection.join(", ")}</code></dd></>}
          {data.step_keys && <><dt>Steps</dt><dd><code>{data.step_keys.join(", ")}</code></dd></>}
          {data.code && <><dt>Code</dt><dd><code>{data.code.python_file ?? data.code.module_name ?? data.code.package_name}</code></dd></>}
          <dt>Command</dt><dd><code>weft run show {shortId(run.run_id)}</code><Copy text={`weft run show ${run.run_id}`} /></dd>
        </dl>
      </section>
      <section class="panel"><header><h2 class="grow">Config</h2><Copy text={config} label="Copy config" /></header><pre class="body">{Object.keys(data.run_config).length ? config : "No config: all defaults."}</pre></section>
      <section class="panel"><header><h2 class="grow">Tags</h2></header>
        {Object.keys(run.tags).length ? <table class="plain"><tbody>{Object.entries(run.tags).map(([name, value]) => <tr key={name}><td><code>{name}</code></td><td><Link class="link" href={`/runs?q=${encodeURIComponent(`tag:${name}=${value}`)}`}>{value}</Link></td></tr>)}</tbody></table> : <p class="body soft">No tags.</p>}
      </section>
    </div>
  );
}

