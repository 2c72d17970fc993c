// A run: if it failed, the error first; then its steps in time, and one log.
import { useMemo, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { jobPath, useQuery, withQuery } from "../data/address";
import type { LogNews, RunNews, RunReport, RunTimeline, Strategy } from "../data/contract";
import { useResource } from "../data/resource";
import { hindrance } from "../data/person";
import { Page } from "../frame/page";
import { useKeys } from "../parts/keys";
import { Menu, type Action } from "../parts/menu";
import { Await } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { jobWord, shortId } from "../text/words";
import { RunsAction, useReexecute, type RunsActionName } from "../runs/actions";
import { RunDuration } from "../runs/columns";
import { ConfigAndTags, Made } from "./facts";
import { Failures, Repeats } from "./failures";
import { Log } from "./log";
import { RepeatDialog } from "./repeat";
import { StepGraph } from "./step-graph";
import { StepSide } from "./step-side";
import { settled } from "./steps";
import { StepsTable } from "./steps-table";
import { Timeline } from "./timeline";

export default function RunPage({ id }: { id: string }) {
  const isMine = (change: { topic: string; data: Record<string, unknown> }) =>
    change.topic === "run" && (change.data as unknown as RunNews).run.run_id === id;
  const report = useResource<RunReport>(`/runs/${id}`, isMine);
  const asked = useResource<RunTimeline>(
    `/runs/${id}/timeline`,
    (change) => isMine(change) || (change.topic === "log" && id in (change.data as unknown as LogNews).runs),
  );
  const told = useMemo(() => asked.data && settled(asked.data), [asked.data]);
  const timeline = { ...asked, data: told };
  const [view] = useQuery("view", "timeline");
  const [step, setStep] = useQuery("step");
  const [, setText] = useQuery("log");
  const [, go] = useLocation();
  const [action, setAction] = useState<RunsActionName | null>(null);
  const [isRepeating, setRepeating] = useState(false);
  const reexecute = useReexecute();
  const repeat = (strategy: Strategy, steps?: string[]) => void reexecute({ run_id: id, strategy, steps });
  const run = report.data?.run;
  const isFinished = report.data?.is_finished ?? false;
  const hasFailed = run?.status === "FAILURE" || run?.status === "CANCELED";
  const refusal = hindrance("launch");

  const actions: Action[] = !report.data
    ? []
    : [
        { label: "Re-execute all steps", run: () => repeat("all"), keys: "shift+r", hindrance: refusal },
        {
          label: "Re-execute from failure",
          run: () => repeat("from_failure"),
          keys: "r",
          hindrance: refusal ?? (hasFailed ? null : "Nothing has failed."),
        },
        ...(step
          ? [
              { label: `Re-execute ${step}`, run: () => repeat("selected", [step]), hindrance: refusal },
              { label: `Re-execute from ${step} on`, run: () => repeat("from_selected", [step]), hindrance: refusal },
            ]
          : []),
        {
          label: "Re-execute…",
          keys: "p",
          run: () => setRepeating(true),
          hindrance: refusal ?? (isFinished ? null : "It has not ended."),
        },
        { label: "Open in launchpad", run: () => go(`${jobPath(run!.job_name)}&view=launch&from=${id}`) },
        ...(report.data.parent_run_id
          ? [{ label: "Compare with the run it repeats", run: () => go(`/diff/${report.data!.parent_run_id}/${id}`) }]
          : []),
        { label: "Export with its log", run: () => location.assign(`/api/v1/runs/${id}/export`) },
        {
          label: "Cancel run",
          run: () => setAction("cancel"),
          keys: "c",
          isDangerous: true,
          hindrance: report.data.is_cancelable ? refusal : "It has ended.",
        },
        {
          label: "Delete run",
          run: () => setAction("delete"),
          isDangerous: true,
          hindrance: isFinished ? hindrance("edit") : "It has not ended.",
        },
      ];
  useKeys(
    actions
      .filter((each) => each.keys && !each.hindrance)
      .map((each) => ({ keys: each.keys!, label: each.label, run: each.run })),
  );

  const primary = !report.data ? null : report.data.is_cancelable ? (
    <button disabled={Boolean(refusal)} title={refusal ?? undefined} onClick={() => setAction("cancel")}>
      Cancel run
    </button>
  ) : hasFailed ? (
    <button class="primary" disabled={Boolean(refusal)} title={refusal ?? undefined} onClick={() => repeat("from_failure")}>
      Re-execute from failure
    </button>
  ) : (
    <button class="primary" disabled={Boolean(refusal)} title={refusal ?? undefined} onClick={() => repeat("all")}>
      Re-execute
    </button>
  );
  return (
    <Page
      title={shortId(id)}
      isMono
      path={[["Runs", "/runs"]]}
      chips={
        run && (
          <>
            <Status value={run.status} />
            <Link class="name" href={jobPath(run.job_name)}>
              {jobWord(run.job_name)}
            </Link>
            {run.partition && <code>{run.partition}</code>}
            <span>
              <RunDuration run={run} />
            </span>
            <span class="hide-narrow">
              <Time at={run.created_at} />
            </span>
          </>
        )
      }
      actions={
        report.data && (
          <>
            {primary}
            <Menu actions={actions} />
          </>
        )
      }
    >
      <Await of={report}>
        {(data) => (
          <div class="run">
            <nav class="tabs" aria-label="Views">
              {[
                ["timeline", "Timeline"],
                ["graph", "Graph"],
                ["steps", `List (${timeline.data?.keys.length.toLocaleString("en") ?? "…"})`],
                ["made", `Made (${data.made.length + data.checks.length})`],
                ["config", "Config and tags"],
              ].map(([name, label]) => (
                <Link
                  key={name}
                  href={withQuery(location.pathname, { view: name === "timeline" ? null : name! })}
                  aria-current={view === name ? "page" : undefined}
                >
                  {label}
                </Link>
              ))}
            </nav>
            {(view === "timeline" || view === "graph") && (
              <div class="with-side">
                {view === "graph" ? (
                  <StepGraph timeline={timeline} selected={step} onSelect={setStep} />
                ) : (
                  <div class="run-body scroll">
                    <Failures
                      data={data}
                      onLog={(failed) => {
                        setStep(failed);
                        setText("");
                        document.querySelector(".log")?.scrollIntoView();
                      }}
                      onRepeat={() => repeat("from_failure")}
                      refusal={refusal}
                    />
                    {data.repeats.length > 1 && <Repeats data={data} id={id} />}
                    {timeline.data && timeline.data.keys.length > 0 && (
                      <Timeline timeline={timeline.data} isLive={!isFinished} selected={step} onSelect={setStep} />
                    )}
                    <Log runId={id} timeline={timeline.data} isLive={!isFinished} />
                  </div>
                )}
                {step && timeline.data && (
                  <StepSide
                    runId={id}
                    step={step}
                    timeline={timeline.data}
                    onClose={() => setStep("")}
                    onRepeat={isFinished && !refusal ? (how) => repeat(how, [step]) : null}
                  />
                )}
              </div>
            )}
            {view === "steps" && <StepsTable of={timeline.data} />}
            {view === "made" && <Made data={data} />}
            {view === "config" && <ConfigAndTags data={data} />}
          </div>
        )}
      </Await>
      {isRepeating && (
        <RepeatDialog
          runId={id}
          step={step}
          hasFailed={hasFailed}
          onClose={() => setRepeating(false)}
          onRepeat={(body) => {
            setRepeating(false);
            void reexecute(body);
          }}
        />
      )}
      {action && run && (
        <RunsAction
          action={action}
          runs={[run]}
          onClose={() => setAction(null)}
          onDone={() => (action === "delete" ? go("/runs") : report.reload())}
        />
      )}
    </Page>
  );
}
