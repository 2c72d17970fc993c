// The launchpad: form and YAML are two views of one value; the plan follows while one types.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { parse as parseYaml, stringify } from "yaml";
import { parseTags } from "../assets/typed";
import { runPath, useQuery } from "../data/address";
import type {
  ConfigProblemView,
  JobPartitionConfig,
  JobPartitionKeys,
  JobReport,
  LaunchBody,
  LaunchCheck,
  Launched,
  RunReport,
} from "../data/contract";
import { get, post, ServerError } from "../data/http";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { subscribe } from "../data/stream";
import { useKeys } from "../parts/keys";
import { Failed } from "../parts/states";
import { tell, tellError } from "../parts/toast";
import { differences, flatten } from "../data/differences";
import { partitionsWords } from "../text/cron";
import { shortId } from "../text/words";
import { Plan } from "./plan";
import { faultOf, Places, type YamlFault } from "./places";
import { problemsAt } from "./problems";
import type { Schema } from "./schema";
import { SchemaForm } from "./schema-form";

type Data = Record<string, unknown>;

const NO_PROBLEMS: ConfigProblemView[] = [];

const toText = (data: Data): string => (Object.keys(data).length ? stringify(data) : "");

export function Launch({ report }: { report: JobReport }) {
  const { job } = report;
  const [, go] = useLocation();
  const [from] = useQuery("from");
  const [data, setData] = useState<Data>(report.default_config);
  const [text, setText] = useState(() => toText(report.default_config));
  const [syntax, setSyntax] = useState<YamlFault | null>(null);
  const [tags, setTags] = useState("");
  const [ops, setOps] = useState("");
  const [partition, setPartition] = useState("");
  const [check, setCheck] = useState<LaunchCheck | null>(null);
  const [error, setError] = useState<ServerError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isDiffOpen, setDiffOpen] = useState(false);
  const turn = useRef(0);
  const area = useRef<HTMLTextAreaElement>(null);
  const partitions = useResource<JobPartitionKeys>(
    job.partitions
      ? `/job/partitions?name=${encodeURIComponent(job.name)}&location=${encodeURIComponent(job.location)}&limit=50`
      : null,
  );
  const lastRun = useResource<RunReport>(isDiffOpen && job.latest_runs[0] ? `/runs/${job.latest_runs[0].run_id}` : null);
  const refusal = hindrance("launch");

  const fromForm = (next: Data) => {
    setData(next);
    setText(toText(next));
    setSyntax(null);
  };
  const fromText = (next: string) => {
    setText(next);
    try {
      const parsed = (parseYaml(next) ?? {}) as unknown;
      if (typeof parsed !== "object" || Array.isArray(parsed)) throw new Error("The config is a mapping: name: value.");
      setData(parsed as Data);
      setSyntax(null);
    } catch (problem) {
      setSyntax(faultOf(problem as Error));
    }
  };
  useEffect(() => {
    if (!from) return;
    get<RunReport>(`/runs/${from}`)
      .then((old) => {
        fromForm(old.run_config);
        setPartition(old.run.partition ?? "");
        setTags(
          Object.entries(old.run.tags)
            .filter(([name]) => !name.startsWith("dagster/"))
            .map(([name, value]) => `${name}=${value}`)
            .join("\n"),
        );
      })
      .catch(tellError);
  }, [from]);

  const body: LaunchBody = {
    job: job.name,
    location: job.location,
    repository: job.repository,
    run_config: data,
    tags: parseTags(tags),
    partition_key: partition || null,
    ops: ops.trim() ? ops.split(/[,\s]+/).filter(Boolean) : null,
  };
  const asked = JSON.stringify(body);
  // The same config may fit no more, or again, when other code is loaded or the server is back.
  const [news, setNews] = useState(0);
  useEffect(() => subscribe((change) => ["reset", "location"].includes(change.topic) && setNews((number) => number + 1)), []);
  useEffect(() => {
    if (syntax) return;
    const mine = ++turn.current;
    const timer = setTimeout(() => {
      post<LaunchCheck>("/job/check", body).then(
        (answer) => {
          if (mine === turn.current) {
            setCheck(answer);
            setError(null);
          }
        },
        (problem) => {
          if (mine === turn.current) {
            setCheck(null);
            setError(problem as ServerError);
          }
        },
      );
    }, 250);
    return () => clearTimeout(timer);
  }, [asked, syntax, news]);

  const problems = syntax ? NO_PROBLEMS : (check?.problems ?? NO_PROBLEMS);
  const problemAt = useMemo(() => problemsAt(problems), [problems]);
  const canLaunch = !syntax && !refusal && !isBusy && (check?.problems.length ?? 1) === 0 && !(job.partitions && !partition);
  const launch = async () => {
    if (!canLaunch) return;
    setBusy(true);
    try {
      const {
        run_ids: [id],
      } = await post<Launched>("/runs/launch", body);
      tell(`Run ${shortId(id!)} was started`, runPath(id!));
      go(runPath(id!));
    } catch (problem) {
      tellError(problem);
      setBusy(false);
    }
  };
  useKeys([{ keys: "mod+Enter", label: "Launch", run: () => void launch() }]);
  const choosePartition = async (key: string) => {
    setPartition(key);
    if (!key) return;
    try {
      const made = await get<JobPartitionConfig>(
        `/job/partition-config?name=${encodeURIComponent(job.name)}&location=${encodeURIComponent(job.location)}&partition=${encodeURIComponent(key)}`,
      );
      if (Object.keys(made.run_config).length) fromForm(made.run_config);
    } catch {
      // A key that is only half typed has no config yet.
    }
  };
  return (
    <div class="launch">
      <div class="launch-parts">
        <section class="column scroll launch-form" aria-label="Form">
          {job.partitions && (
            <label class="field">
              Partition
              <input
                list="partition-keys"
                value={partition}
                placeholder={partitions.data?.keys[0] ?? partitionsWords(job.partitions.description)}
                aria-invalid={!partition}
                onInput={(event) => void choosePartition(event.currentTarget.value)}
              />
              <datalist id="partition-keys">
                {partitions.data?.keys.map((key) => (
                  <option key={key} value={key} />
                ))}
              </datalist>
            </label>
          )}
          <SchemaForm
            schema={report.config_schema as Schema}
            path={[]}
            data={data}
            onChange={fromForm}
            problems={problems}
            problemAt={problemAt}
          />
          <label class="field">
            Only these ops
            <input class="mono" value={ops} placeholder="*load,clean+" onInput={(event) => setOps(event.currentTarget.value)} />
          </label>
          <label class="field">
            Tags, one name=value a line
            <textarea class="code" rows={2} value={tags} onInput={(event) => setTags(event.currentTarget.value)} />
          </label>
        </section>
        <section class="column launch-yaml" aria-label="YAML">
          <div class="row">
            <h2 class="grow">Run config</h2>
            <button
              class="small"
              disabled={!check?.run_config}
              title="Writes all defaults out"
              onClick={() => check?.run_config && fromForm(check.run_config)}
            >
              Show defaults
            </button>
            <button
              class="small"
              aria-pressed={isDiffOpen}
              disabled={!job.latest_runs.length}
              onClick={() => setDiffOpen(!isDiffOpen)}
            >
              Difference to last run
            </button>
          </div>
          <textarea
            class="code grow"
            spellcheck={false}
            aria-label="Run config as YAML"
            ref={area}
            aria-invalid={Boolean(syntax) || problems.length > 0}
            placeholder="All defaults. Type YAML or JSON here, or fill the form."
            value={text}
            onInput={(event) => fromText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Tab" && !event.shiftKey) {
                event.preventDefault();
                event.currentTarget.setRangeText(
                  "  ",
                  event.currentTarget.selectionStart,
                  event.currentTarget.selectionEnd,
                  "end",
                );
                fromText(event.currentTarget.value);
              }
            }}
          />
          <Places text={text} syntax={syntax} problems={problems} area={area} />
          {isDiffOpen && lastRun.data && <LastDiff before={lastRun.data.run_config} now={data} />}
        </section>
        <section class="column scroll launch-plan" aria-label="Plan">
          <h2>Plan</h2>
          {syntax ? (
            <p class="is-failure" role="alert">
              The text is no YAML yet, so the plan waits for it.
            </p>
          ) : error ? (
            <Failed error={error} />
          ) : !check ? (
            <p class="soft">Checking</p>
          ) : (
            <Plan check={check} />
          )}
        </section>
      </div>
      <footer class="table-foot">
        <span class="grow">{refusal ?? (job.partitions && !partition ? "Say for which partition." : "")}</span>
        <button class="primary" disabled={!canLaunch} title={refusal ?? undefined} onClick={() => void launch()}>
          Launch run
        </button>
      </footer>
    </div>
  );
}

function LastDiff({ before, now }: { before: Data; now: Data }) {
  const rows = differences(flatten(before), flatten(now));
  if (!rows.length) return <p class="soft">The config is that of the last run.</p>;
  return (
    <table class="plain diff">
      <thead>
        <tr>
          <th>
            <span class="only-read">Setting</span>
          </th>
          <th>Last run</th>
          <th>Now</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, left, right]) => (
          <tr key={name}>
            <td>
              <code>{name}</code>
            </td>
            <td>{left ?? "not there"}</td>
            <td>{right ?? "not there"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
