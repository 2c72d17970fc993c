// An asset at a glance: its latest materialization, why it is stale, what it is and what is around it.
import { Link } from "wouter-preact";
import { assetPath, runPath } from "../data/address";
import type { AssetReport } from "../data/contract";
import { CodePlace } from "../parts/code-place";
import { Copy } from "../parts/copy";
import { columnsOf, Metadata } from "../parts/metadata";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { partitionsWords } from "../text/cron";
import { Markdown } from "../text/markdown";
import { ChecksShort, PartitionsThin } from "../assets/thin";
import { Plots } from "./plots";
import { StaleWhy } from "../assets/stale";

export function Overview({ report }: { report: AssetReport }) {
  const { asset, definition, materialization: last, failure } = report;
  const schema = { ...definition?.metadata, ...last?.metadata };
  const columns = Object.values(schema).flatMap((view) => (view.kind === "table_schema" ? columnsOf(view) : []));
  return (
    <div class="page scroll two">
      <div class="column wide">
        {definition?.description && <Markdown text={definition.description} />}
        {failure && (!last || failure.id > last.id) && (
          <section class="panel bad">
            <header>
              <Status value="FAILED" words="Last try failed" />
              <Time at={failure.timestamp} />
            </header>
            <div class="body">
              {failure.description ?? "The run says why."}{" "}
              {failure.run_id && (
                <Link class="link" href={runPath(failure.run_id)}>
                  Open run
                </Link>
              )}
            </div>
          </section>
        )}
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
              <p class="soft">
                It was never materialized.
                {definition?.is_materializable && (
                  <>
                    {" "}
                    <code>weft materialize --select {asset.key}</code>
                  </>
                )}
              </p>
            ) : Object.keys(last.metadata).length ? (
              <Metadata values={last.metadata} />
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
        {columns.length > 0 && (
          <section class="panel">
            <header>
              <h2>Columns</h2>
            </header>
            <table class="plain">
              <thead>
                <tr>
                  <th>Name</th>
                  <th>Type</th>
                  <th>Description</th>
                </tr>
              </thead>
              <tbody>
                {columns.map((column) => (
                  <tr key={column.name}>
                    <td>
                      <code>{column.name}</code>
                    </td>
                    <td>
                      <code>{column.type ?? "string"}</code>
                    </td>
                    <td>{column.description}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </div>
      <aside class="column narrow">
        <section class="panel">
          <header>
            <h2 class="grow">Facts</h2>
            <Copy text={asset.key} label="Copy key" />
          </header>
          <dl class="facts body">
            <dt>Group</dt>
            <dd>
              {asset.group ? (
                <Link class="link" href={`/assets?q=${encodeURIComponent(`group:"${asset.group}"`)}`}>
                  {asset.group}
                </Link>
              ) : (
                "–"
              )}
            </dd>
            {definition && (
              <>
                <dt>Location</dt>
                <dd>{definition.location}</dd>
                {definition.kinds.length > 0 && (
                  <>
                    <dt>Kinds</dt>
                    <dd class="row wrap">
                      {definition.kinds.map((kind) => (
                        <span class="chip" key={kind}>
                          {kind}
                        </span>
                      ))}
                    </dd>
                  </>
                )}
                {definition.owners.length > 0 && (
                  <>
                    <dt>Owners</dt>
                    <dd>{definition.owners.join(", ")}</dd>
                  </>
                )}
                {Object.keys(definition.tags).some((name) => !name.startsWith("dagster/kind/")) && (
                  <>
                    <dt>Tags</dt>
                    <dd class="row wrap">
                      {Object.entries(definition.tags)
                        .filter(([name]) => !name.startsWith("dagster/kind/"))
                        .map(([name, value]) => (
                          <span class="chip" key={name}>
                            <span class="cut">{value ? `${name}=${value}` : name}</span>
                          </span>
                        ))}
                    </dd>
                  </>
                )}
                {definition.partitions && (
                  <>
                    <dt>Partitions</dt>
                    <dd>{partitionsWords(definition.partitions.description)}</dd>
                  </>
                )}
                {definition.automation && (
                  <>
                    <dt>Automation</dt>
                    <dd>{definition.automation}</dd>
                  </>
                )}
                {definition.source && (
                  <>
                    <dt>Code</dt>
                    <dd>
                      <CodePlace place={definition.source} isShort />
                    </dd>
                  </>
                )}
                {definition.code_version && (
                  <>
                    <dt>Code version</dt>
                    <dd>
                      <code>{definition.code_version}</code>
                    </dd>
                  </>
                )}
              </>
            )}
            {(report.checks.length > 0 || asset.checks) && (
              <>
                <dt>Checks</dt>
                <dd>
                  <Link class="link" href={assetPath(asset.key, "checks")}>
                    <ChecksShort
                      of={asset.checks ? [asset.checks.passed, asset.checks.warned, asset.checks.failed] : null}
                      all={report.checks.length}
                    />
                  </Link>
                </dd>
              </>
            )}
          </dl>
        </section>
        <Neighbours title="Depends on" keys={report.parents} />
        <Neighbours title="Needed by" keys={report.children} />
        {!definition && <p class="soft">No code location defines this asset; it was only ever recorded.</p>}
      </aside>
    </div>
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
        {keys.slice(0, 50).map((key) => (
          <li key={key}>
            <Link class="link cut" href={assetPath(key)}>
              {key}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
