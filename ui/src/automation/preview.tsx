// What a schedule or sensor would ask for now; nothing is started or recorded.
import { useEffect, useState } from "preact/hooks";
import type { InstigatorView, PreviewBody, RunRequestView, TickPreview } from "../data/contract";
import { post, ServerError } from "../data/http";
import { Dialog } from "../parts/dialog";
import { Failed, Loading } from "../parts/states";
import { Shape } from "../parts/status";
import { count } from "../text/words";

type Answer = { preview: TickPreview } | { error: ServerError } | null;

export function Preview({ of: one, onClose }: { of: InstigatorView; onClose: () => void }) {
  const [at, setAt] = useState(one.next_ticks[0] ?? "");
  const [cursor, setCursor] = useState(one.cursor ?? "");
  const [answer, setAnswer] = useState<Answer>(null);
  const [isBusy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    const body: PreviewBody = {
      name: one.name,
      location: one.location,
      repository: one.repository,
      ...(one.kind === "SCHEDULE" ? { at: at || null } : { cursor: cursor || null }),
    };
    try {
      setAnswer({ preview: await post<TickPreview>("/instigators/preview", body) });
    } catch (error) {
      setAnswer({
        error: error instanceof ServerError ? error : new ServerError(0, String(error), null, "/instigators/preview"),
      });
    }
    setBusy(false);
  };
  useEffect(() => void ask(), []);
  const onEnter = (event: KeyboardEvent) => event.key === "Enter" && void ask();
  return (
    <Dialog
      title={`What ${one.name} would ask for`}
      isWide
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Close</button>
          <button class="primary" disabled={isBusy} onClick={() => void ask()}>
            {isBusy ? "Looking…" : "Look again"}
          </button>
        </>
      }
    >
      {one.kind === "SCHEDULE" ? (
        <label class="field">
          As if it were (empty: its next tick)
          <input
            value={at}
            placeholder="2026-01-01T06:00:00Z"
            onInput={(event) => setAt(event.currentTarget.value)}
            onKeyDown={onEnter}
          />
        </label>
      ) : (
        <label class="field">
          With this cursor
          <input value={cursor} onInput={(event) => setCursor(event.currentTarget.value)} onKeyDown={onEnter} />
        </label>
      )}
      <p class="soft">Its function is called; nothing is started or recorded.</p>
      {answer === null ? (
        <Loading lines={3} />
      ) : "error" in answer ? (
        <Failed error={answer.error} retry={() => void ask()} />
      ) : (
        <Result preview={answer.preview} />
      )}
    </Dialog>
  );
}

function Result({ preview }: { preview: TickPreview }) {
  return (
    <div class="column" aria-live="polite">
      {preview.requests.length ? (
        <span class="status is-success">
          <Shape tone="success" />
          It would ask for {count(preview.requests.length, "run")}
        </span>
      ) : (
        <span class="row">
          <Shape tone="skipped" />
          It would ask for nothing{preview.skip_reason ? `: ${preview.skip_reason}` : "."}
        </span>
      )}
      {preview.requests.slice(0, 50).map((request, n) => (
        <Request key={n} request={request} />
      ))}
      {preview.requests.length > 50 && <span class="soft">and {count(preview.requests.length - 50, "more run")}</span>}
      {preview.cursor !== null && (
        <dl class="facts">
          <dt>Cursor after</dt>
          <dd>
            <code>{preview.cursor}</code>
          </dd>
        </dl>
      )}
      {preview.log.length > 0 && (
        <details open>
          <summary class="soft">{count(preview.log.length, "line")} of log</summary>
          <pre class="printed-log">{preview.log.join("\n")}</pre>
        </details>
      )}
    </div>
  );
}

function Request({ request }: { request: RunRequestView }) {
  const tags = Object.entries(request.tags);
  return (
    <dl class="facts request">
      {request.job && (
        <>
          <dt>Job</dt>
          <dd>{request.job}</dd>
        </>
      )}
      {request.run_key && (
        <>
          <dt>Run key</dt>
          <dd>
            <code>{request.run_key}</code>
          </dd>
        </>
      )}
      {request.partition_key && (
        <>
          <dt>Partition</dt>
          <dd>
            <code>{request.partition_key}</code>
          </dd>
        </>
      )}
      {request.assets && (
        <>
          <dt>Assets</dt>
          <dd>{request.assets.join(", ")}</dd>
        </>
      )}
      {tags.length > 0 && (
        <>
          <dt>Tags</dt>
          <dd class="row wrap">
            {tags.map(([name, value]) => (
              <span key={name} class="chip">
                <span class="cut">
                  {name}={value}
                </span>
              </span>
            ))}
          </dd>
        </>
      )}
      {Object.keys(request.run_config).length > 0 && (
        <>
          <dt>Config</dt>
          <dd>
            <pre>{JSON.stringify(request.run_config, null, 2)}</pre>
          </dd>
        </>
      )}
    </dl>
  );
}
