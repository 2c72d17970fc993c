// How a job is defined.
import { Link } from "wouter-preact";
import { assetPath, instigatorPath } from "../data/address";
import type { JobReport } from "../data/contract";
import { Metadata } from "../parts/metadata";
import { partitionsWords } from "../text/cron";
import { Markdown } from "../text/markdown";

export function JobDefinition({ report }: { report: JobReport }) {
  const { job } = report;
  return (
    <div class="page scroll">
      {job.description && <Markdown text={job.description} />}
      <section class="panel">
        <header>
          <h2>Definition</h2>
        </header>
        <dl class="facts body">
          <dt>Code location</dt>
          <dd>
            {job.location} ({job.repository})
          </dd>
          {job.executor && (
            <>
              <dt>Executor</dt>
              <dd>
                <code>{job.executor}</code>
              </dd>
            </>
          )}
          {job.partitions && (
            <>
              <dt>Partitions</dt>
              <dd>{partitionsWords(job.partitions.description)}</dd>
            </>
          )}
          {job.owners.length > 0 && (
            <>
              <dt>Owners</dt>
              <dd>{job.owners.join(", ")}</dd>
            </>
          )}
          {report.resource_keys.length > 0 && (
            <>
              <dt>Resources</dt>
              <dd>
                <code>{report.resource_keys.join(", ")}</code>
              </dd>
            </>
          )}
          {[...job.schedules, ...job.sensors].map((name) => (
            <>
              <dt>Started by</dt>
              <dd>
                <Link class="link" href={instigatorPath(name, job.location)}>
                  {name}
                </Link>
              </dd>
            </>
          ))}
          {Object.entries(job.tags).map(([name, value]) => (
            <>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>
                <code>{value}</code>
              </dd>
            </>
          ))}
        </dl>
      </section>
      {Object.keys(report.metadata).length > 0 && (
        <section class="panel">
          <header>
            <h2>Metadata</h2>
          </header>
          <div class="body">
            <Metadata values={report.metadata} />
          </div>
        </section>
      )}
      {report.assets.length > 0 && (
        <section class="panel">
          <header>
            <h2>Assets</h2>
          </header>
          <ul class="body links">
            {report.assets.slice(0, 300).map((key) => (
              <li key={key}>
                <Link class="link" href={assetPath(key)}>
                  {key}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
