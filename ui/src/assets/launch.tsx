// Starts runs that make or observe assets, or evaluate their checks: which ones, which partitions, with what tags and config.
import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { runPath } from "../data/address";
import type { AssetPartitions, ChecksBody, Launched, MaterializeBody } from "../data/contract";
import { post, ServerError } from "../data/http";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Dialog } from "../parts/dialog";
import { Failed } from "../parts/states";
import { tell, tellError } from "../parts/toast";
import { count, shortId } from "../text/words";
import { board } from "./board";
import { PartitionFields } from "./partition-fields";
import { isPartitionWord, parsePartitions, parseTags } from "./typed";

export type LaunchKind = "materialize" | "observe";

const VERBS: Record<LaunchKind, string> = { materialize: "Materialize", observe: "Observe" };

/** Says which runs were started, and opens the only one. */
function showRuns(ids: string[], go: (path: string) => void): void {
  if (ids.length === 1) {
    tell(`Run ${shortId(ids[0]!)} was started`, runPath(ids[0]!));
    go(runPath(ids[0]!));
  } else tell(`${count(ids.length, "run")} started`, "/runs");
}

/** Evaluates checks without making their assets. */
export async function evaluateChecks(body: ChecksBody, go: (path: string) => void): Promise<void> {
  try {
    showRuns((await post<Launched>("/checks/execute", body)).run_ids, go);
  } catch (error) {
    tellError(error);
  }
}

export function Launch({
  kind = "materialize",
  keys,
  left = 0,
  partition = "",
  onClose,
}: {
  kind?: LaunchKind;
  keys: string[];
  left?: number;
  partition?: string;
  onClose: () => void;
}) {
  const verb = VERBS[kind];
  const [, go] = useLocation();
  const assets = keys.map((key) => board.value?.byKey.get(key)).filter((asset) => asset !== undefined);
  const partitioned = assets.find((asset) => asset.isPartitioned);
  const partitions = useResource<AssetPartitions>(
    partitioned ? `/asset/partitions?key=${encodeURIComponent(partitioned.key)}` : null,
  );
  const [range, setRange] = useState(partition);
  const [tags, setTags] = useState("");
  const [config, setConfig] = useState("");
  const [error, setError] = useState<ServerError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const refusal = hindrance("launch");
  const only = partitions.data?.dimensions.length === 1 ? partitions.data.dimensions[0]! : null;
  const asked = parsePartitions(range, only ? partitions.data : null);
  const needsRange = Boolean(partitioned) && (!range.trim() || !asked.length);
  const launch = async () => {
    setBusy(true);
    setError(null);
    const body: MaterializeBody = { assets: keys, tags: parseTags(tags), ...(config.trim() ? { run_config_text: config } : {}) };
    try {
      const run_ids: string[] = [];
      for (const part of asked) run_ids.push(...(await post<Launched>(`/assets/${kind}`, { ...body, ...part })).run_ids);
      onClose();
      showRuns(run_ids, go);
    } catch (problem) {
      setError(problem as ServerError);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`${verb} ${count(keys.length, "asset")}`}
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Leave as it is</button>
          <button
            class="primary"
            disabled={isBusy || !keys.length || needsRange || Boolean(refusal)}
            title={refusal ?? (needsRange ? "Say which partitions" : undefined)}
            onClick={() => void launch()}
          >
            {verb} {count(keys.length, "asset")}
          </button>
        </>
      }
    >
      <ul class="listed scroll">
        {keys.slice(0, 200).map((key) => (
          <li key={key} class="cut" dir="auto">
            {key}
          </li>
        ))}
        {keys.length > 200 && <li class="soft">and {count(keys.length - 200, "more asset")}</li>}
      </ul>
      {left > 0 && (
        <p class="soft">
          {count(left, "selected asset")} left out: nothing here {kind === "observe" ? "observes" : "makes"} them.
        </p>
      )}
      {partitioned && (
        <div class="field">
          <label class="field">
            <span>
              Partition, first...last
              {only && (
                <>
                  , or <code>latest</code>, <code>missing</code>, <code>failed</code>
                </>
              )}
            </span>
            <input
              data-first
              class="mono"
              value={range}
              placeholder={only?.first ? `${only.first}...${only.last}` : "key"}
              onInput={(event) => setRange(event.currentTarget.value)}
              onKeyDown={(event) => event.key === "Enter" && !needsRange && void launch()}
            />
          </label>
          {range.trim() !== "" && isPartitionWord(range) && (
            <span class="soft" role="status">
              {asked.length
                ? asked.length === 1
                  ? "One run"
                  : `${asked.length} runs, one for each range`
                : "There are no such partitions."}
            </span>
          )}
          {partitions.data && !only && (
            <PartitionFields
              assetKey={partitioned.key}
              dimensions={partitions.data.dimensions}
              value={range}
              onChange={setRange}
            />
          )}
          {only && (
            <span class="row wrap">
              {only.last && (
                <button type="button" class="small" onClick={() => setRange(only.last!)}>
                  Latest
                </button>
              )}
              {only.first && (
                <button type="button" class="small" onClick={() => setRange(`${only.first}...${only.last}`)}>
                  All {only.count.toLocaleString("en")}
                </button>
              )}
              {missingOf(partitions.data!)
                .slice(0, 3)
                .map(([first, last, number]) => (
                  <button
                    type="button"
                    class="small"
                    key={first}
                    onClick={() => setRange(first === last ? first : `${first}...${last}`)}
                  >
                    Missing: {first}
                    {first !== last && `...${last}`} ({number})
                  </button>
                ))}
            </span>
          )}
        </div>
      )}
      <details>
        <summary>Tags and config</summary>
        <label class="field">
          Tags, one name=value a line
          <textarea class="code" rows={2} value={tags} onInput={(event) => setTags(event.currentTarget.value)} />
        </label>
        <label class="field">
          Run config, YAML or JSON
          <textarea class="code" rows={5} value={config} onInput={(event) => setConfig(event.currentTarget.value)} />
        </label>
      </details>
      {refusal && <p class="is-failure">{refusal}</p>}
      {error && <Failed error={error} />}
    </Dialog>
  );
}

function missingOf(partitions: AssetPartitions): [string, string, number][] {
  return (partitions.rows[0]?.ranges ?? [])
    .filter((range) => range.status === "MISSING" || range.status === "FAILED")
    .map((range) => [range.first, range.last, range.count]);
}
