// Starts runs that make assets: which ones, which partitions, with what tags and config.
import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { runPath } from "../data/address";
import type { AssetPartitions, Launched, MaterializeBody } from "../data/contract";
import { post, ServerError } from "../data/http";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Dialog } from "../parts/dialog";
import { Failed } from "../parts/states";
import { tell } from "../parts/toast";
import { count, shortId } from "../text/words";
import { board } from "./board";
import { parseRange, parseTags } from "./typed";

export function Materialize({ keys, left = 0, partition = "", onClose }: { keys: string[]; left?: number; partition?: string; onClose: () => void }) {
  const [, go] = useLocation();
  const assets = keys.map((key) => board.value?.byKey.get(key)).filter((asset) => asset !== undefined);
  const partitioned = assets.find((asset) => asset.isPartitioned);
  const partitions = useResource<AssetPartitions>(partitioned ? `/asset/partitions?key=${encodeURIComponent(partitioned.key)}` : null);
  const [range, setRange] = useState(partition);
  const [tags, setTags] = useState("");
  const [config, setConfig] = useState("");
  const [error, setError] = useState<ServerError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const refusal = hindrance("launch");
  const needsRange = Boolean(partitioned) && !range.trim();
  const only = partitions.data?.dimensions.length === 1 ? partitions.data.dimensions[0]! : null;
  const launch = async () => {
    setBusy(true);
    setError(null);
    const body: MaterializeBody = { assets: keys, ...parseRange(range), tags: parseTags(tags), ...(config.trim() ? { run_config_text: config } : {}) };
    try {
      const { run_ids } = await post<Launched>("/assets/materialize", body);
      onClose();
      if (run_ids.length === 1) {
        tell(`Run ${shortId(run_ids[0]!)} was started`, runPath(run_ids[0]!));
        go(runPath(run_ids[0]!));
      } else tell(`${count(run_ids.length, "run")} started`, "/runs");
    } catch (problem) {
      setError(problem as ServerError);
      setBusy(false);
    }
  };
  return (
    <Dialog title={`Materialize ${count(keys.length, "asset")}`} onClose={onClose} footer={<>
      <button onClick={onClose}>Leave as it is</button>
      <button class="primary" disabled={isBusy || !keys.length || needsRange || Boolean(refusal)} title={refusal ?? (needsRange ? "Say which partitions" : undefined)} onClick={() => void launch()}>Materialize {count(keys.length, "asset")}</button>
    </>}>
      <ul class="listed scroll">{keys.slice(0, 200).map((key) => <li key={key} class="cut" dir="auto">{key}</li>)}{keys.length > 200 && <li class="soft">and {count(keys.length - 200, "more asset")}</li>}</ul>
      {left > 0 && <p class="soft">{count(left, "selected asset")} left out: nothing here makes them.</p>}
      {partitioned && (
        <label class="field">Partition, or first...last
          <input data-first class="mono" value={range} placeholder={only?.first ? `${only.first}...${only.last}` : "key"} onInput={(event) => setRange(event.currentTarget.value)} onKeyDown={(event) => event.key === "Enter" && !needsRange && void launch()} />
          {only && <span class="row wrap">
            {only.last && <button type="button" class="small" onClick={() => setRange(only.last!)}>Latest</button>}
            {only.first && <button type="button" class="small" onClick={() => setRange(`${only.first}...${only.last}`)}>All {only.count.toLocaleString("en")}</button>}
            {missingOf(partitions.data!).slice(0, 3).map(([first, last, number]) => <button type="button" class="small" key={first} onClick={() => setRange(first === last ? first : `${first}...${last}`)}>Missing: {first}{first !== last && `...${last}`} ({number})</button>)}
          </span>}
        </label>
      )}
      <details><summary>Tags and config</summary>
        <label class="field">Tags, one name=value a line<textarea class="code" rows={2} value={tags} onInput={(event) => setTags(event.currentTarget.value)} /></label>
        <label class="field">Run config, YAML or JSON<textarea class="code" rows={5} value={config} onInput={(event) => setConfig(event.currentTarget.value)} /></label>
      </details>
      {refusal && <p class="is-failure">{refusal}</p>}
      {error && <Failed error={error} />}
    </Dialog>
  );
}

function missingOf(partitions: AssetPartitions): [string, string, number][] {
  return (partitions.rows[0]?.ranges ?? []).filter((range) => range.status === "MISSING" || range.status === "FAILED").map((range) => [range.first, range.last, range.count]);
}
