// An asset at a glance: its latest materialization, why it is stale, what it is and what is around it.
import { Link } from "wouter-preact";
import { assetPath, runPath } from "../data/address";
import type { AssetReport } from "../data/contract";
import { StaleWhy } from "../assets/stale";
import { PartitionsThin } from "../assets/thin";
import { columnsOf, Metadata } from "../parts/metadata";
import { Some } from "../parts/some";
import { Command } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { Markdown } from "../text/markdown";
import { count, shellWord, shortId } from "../text/words";
import { Columns } from "./columns";
import { Facts } from "./facts";
import { Plots } from "./plots";

export function Overview({ report }: { report: AssetReport }) {
  const { asset, definition, materialization: last } = report;
  const schema = { ...definition?.metadata, ...last?.metadata };
  // What has a panel of its own is not told twice.
  const told = Object.fromEntries(
    Object.entries(last?.metadata ?? {}).filter(
      ([, view]) => !(view.kind === "table_schema" && columnsOf(view).length) && view.kind !== "table_column_lineage",
    ),
  );
  return (
    <div class="page scroll two">
      <div class="column wide">
        {definition?.description && <Markdown text={definition.description} />}
        <Trouble report={report} />
        {report.stale.length > 0 && (
          <section class="panel">
            <header>
              <Status value="STALE" words="Stale: made again, it would come out of other code or data" />
            </header>
            <div class="body">
              <StaleWhy reasons={report.stale} />
            </div>
          </section>
        )}
        <section class="panel">
          <header>
            <h2 class="grow">Latest materialization</h2>
            {last && <Time at={last.timestamp} />}
            {last?.run_id && (
              <Link class="link" href={runPath(last.run_id)}>
                run {last.run_id.slice(0, 8)}
              </Link>
            )}
          </header>
          <div class="body">
            {!last ? (
              <div class="column">
                <p class="soft">
                  {definition && !definition.is_materializable && !definition.is_observable
                    ? "Nothing here makes it, and nothing was reported of it. What makes it elsewhere reports so:"
                    : "It was never materialized."}
                </p>
                {definition?.is_materializable ? (
                  <Command
                    text={`weft materialize --select ${shellWord(asset.key)}${definition.partitions ? " --partition KEY" : ""}`}
                  />
                ) : (
                  definition &&
                  !definition.is_observable && (
                    <Command
                      text={`instance.report_runless_asset_event(dg.AssetMaterialization(${JSON.stringify(asset.key.split("/"))}))`}
                    />
                  )
                )}
              </div>
            ) : Object.keys(told).length ? (
              <Metadata values={told} />
            ) : Object.keys(last.metadata).length ? (
              <p class="soft">It told its columns.</p>
            ) : (
              <p class="soft">
                It told no metadata
                {last.partition && (
                  <>
                    {" "}
                    for partition <code>{last.partition}</code>
                  </>
                )}
                .
              </p>
            )}
          </div>
        </section>
        {asset.partitions && asset.partitions.total !== null && asset.partitions.total !== undefined && (
          <section class="panel">
            <header>
              <h2>Partitions</h2>
            </header>
            <div class="body">
              <PartitionsThin
                of={[
                  asset.partitions.materialized,
                  asset.partitions.failed,
                  asset.partitions.in_progress,
                  asset.partitions.total,
                ]}
              />
            </div>
          </section>
        )}
        <Plots assetKey={asset.key} last={last} />
        <Columns metadata={schema} />
      </div>
      <aside class="column narrow">
        <Facts report={report} />
        <Neighbours title="Depends on" keys={report.parents} />
        <Neighbours title="Needed by" keys={report.children} />
        {!definition && <p class="soft">No code location defines this asset; it was only ever recorded.</p>}
      </aside>
    </div>
  );
}

/** Why the last try to make it failed. */
function Trouble({ report: { asset, trouble, failure, materialization: last } }: { report: AssetReport }) {
  const event = failure && (!last || failure.id > last.id) ? failure : null;
  const runId = trouble?.run_id ?? event?.run_id;
  if (!trouble && !event) return null;
  const reason = trouble?.reason;
  return (
    <section class="panel bad">
      <header>
        <Status
          value="FAILED"
          words={trouble && !trouble.is_own && reason?.step ? `Not made: ${reason.step} failed before it` : "Last try failed"}
        />
        <span class="grow" />
        <Time at={trouble?.at ?? event?.timestamp} />
      </header>
      <div class="body row wrap">
        <span class="grow">
          {reason ? (
            <>
              <strong class="is-failure">{reason.class_name}</strong> {reason.message}
            </>
          ) : (
            (event?.description ?? "The run says why.")
          )}
        </span>
        {asset.partitions && asset.partitions.failed > 0 && (
          <Link class="button" href={`${assetPath(asset.key, "partitions")}&state=FAILED`}>
            Show {count(asset.partitions.failed, "failed partition")}
          </Link>
        )}
        {runId && (
          <Link class="button" href={runPath(runId)}>
            Open run {shortId(runId)}
          </Link>
        )}
      </div>
    </section>
  );
}

function Neighbours({ title, keys }: { title: string; keys: string[] }) {
  if (!keys.length) return null;
  return (
    <section class="panel">
      <header>
        <h2>
          {title} {keys.length > 1 && <span class="soft">{keys.length}</span>}
        </h2>
      </header>
      <ul class="body links">
        <Some items={keys} most={20} unit="asset">
          {(key) => (
            <li key={key} class="cut" title={key}>
              <Link class="link" href={assetPath(key)}>
                {key}
              </Link>
            </li>
          )}
        </Some>
      </ul>
    </section>
  );
}
