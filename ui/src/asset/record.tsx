// Changes by hand to what is recorded of an asset: an event that happened elsewhere, or forgetting.
import { useState } from "preact/hooks";
import type { AssetReport, Done, ReportBody } from "../data/contract";
import { post, ServerError } from "../data/http";
import { Dialog } from "../parts/dialog";
import { Failed } from "../parts/states";
import { Time } from "../parts/time";
import { RECORD, tell } from "../parts/toast";
import { count } from "../text/words";
import { parseTags } from "../assets/typed";

function useSending(onClose: () => void) {
  const [error, setError] = useState<ServerError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const send = async (path: string, body: unknown, said: (done: Done) => string, record?: string) => {
    setBusy(true);
    try {
      tell(said(await post<Done>(path, body)), record);
      onClose();
    } catch (problem) {
      setError(problem as ServerError);
      setBusy(false);
    }
  };
  return { error, isBusy, send };
}

const lines = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean);

export function Report({ assetKey, onClose }: { assetKey: string; onClose: () => void }) {
  const { error, isBusy, send } = useSending(onClose);
  const [type, setType] = useState<"materialization" | "observation">("materialization");
  const [partitions, setPartitions] = useState("");
  const [description, setDescription] = useState("");
  const [metadata, setMetadata] = useState("");
  const go = () => {
    const body: ReportBody = {
      asset: assetKey,
      type,
      partitions: lines(partitions),
      description: description || null,
      metadata: parseTags(metadata),
    };
    void send("/assets/report", body, (done) => `${count(done.count, "event")} recorded`);
  };
  return (
    <Dialog
      title={`Report an event of ${assetKey}`}
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Leave as it is</button>
          <button class="primary" disabled={isBusy} onClick={go}>
            Record {type}
          </button>
        </>
      }
    >
      <p class="soft">For what happened outside of runs. Downstream automation counts it like any other.</p>
      <label class="field">
        What happened
        <select value={type} onChange={(event) => setType(event.currentTarget.value as "materialization" | "observation")}>
          <option value="materialization">It was materialized</option>
          <option value="observation">It was observed</option>
        </select>
      </label>
      <label class="field">
        Partitions, if it has any
        <input value={partitions} onInput={(event) => setPartitions(event.currentTarget.value)} />
      </label>
      <label class="field">
        Description
        <input value={description} onInput={(event) => setDescription(event.currentTarget.value)} />
      </label>
      <label class="field">
        Metadata, one name=value a line
        <textarea class="code" rows={3} value={metadata} onInput={(event) => setMetadata(event.currentTarget.value)} />
      </label>
      {error && <Failed error={error} />}
    </Dialog>
  );
}

export function Wipe({ report: { asset }, onClose }: { report: AssetReport; onClose: () => void }) {
  const assetKey = asset.key;
  const { error, isBusy, send } = useSending(onClose);
  const [partitions, setPartitions] = useState("");
  const [typed, setTyped] = useState("");
  const some = lines(partitions);
  const isSure = some.length > 0 || typed === assetKey;
  return (
    <Dialog
      title={`Wipe ${assetKey}`}
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Leave as it is</button>
          <button
            class="danger"
            disabled={isBusy || !isSure}
            onClick={() =>
              void send(
                "/assets/wipe",
                { assets: [assetKey], partitions: some.length ? some : null },
                () => `What was known of ${some.length ? count(some.length, "partition") : assetKey} is forgotten`,
                RECORD,
              )
            }
          >
            {some.length ? `Wipe ${count(some.length, "partition")}` : "Wipe everything"}
          </button>
        </>
      }
    >
      <p>
        All materializations and observations of {some.length ? count(some.length, "partition") : "this asset"} are forgotten.
        What was stored stays where it is. This cannot be undone.
      </p>
      <ul class="listed">
        <li>
          {asset.materialized_at ? (
            <>
              Last materialized <Time at={asset.materialized_at} />
            </>
          ) : (
            "Never materialized"
          )}
        </li>
        {asset.partitions && (
          <li>
            {count(asset.partitions.materialized, "partition")} materialized, {asset.partitions.failed.toLocaleString("en")}{" "}
            failed
          </li>
        )}
      </ul>
      <label class="field">
        Only these partitions
        <input value={partitions} onInput={(event) => setPartitions(event.currentTarget.value)} />
      </label>
      {!some.length && (
        <label class="field">
          Type the key to be sure
          <input value={typed} placeholder={assetKey} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
      )}
      {error && <Failed error={error} />}
    </Dialog>
  );
}
