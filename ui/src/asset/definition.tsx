// How an asset is defined, and where in the code.
import { Link } from "wouter-preact";
import { assetPath, instigatorPath, jobPath } from "../data/address";
import type { AssetReport } from "../data/contract";
import { CodePlace } from "../parts/code-place";
import { Metadata } from "../parts/metadata";
import { None } from "../parts/states";
import { partitionsWords } from "../text/cron";

export function Definition({ report }: { report: AssetReport }) {
  const of = report.definition;
  if (!of)
    return (
      <None title="No code location defines this asset">
        It was recorded by a run or a report, and nothing that is loaded now makes it.
      </None>
    );
  const facts: [string, preact.ComponentChildren][] = [
    ["Code", of.source && <CodePlace place={of.source} />],
    ["Code location", `${of.location} (${of.repository})`],
    ["Ops", of.ops.length > 0 && <code>{of.ops.join(", ")}</code>],
    ["Type", of.type_name && <code>{of.type_name}</code>],
    ["Stored by", of.io_manager_key && <code>{of.io_manager_key}</code>],
    ["Resources", of.resource_keys.length > 0 && <code>{of.resource_keys.join(", ")}</code>],
    ["Pools", of.pools.length > 0 && <code>{of.pools.join(", ")}</code>],
    ["Code version", of.code_version && <code>{of.code_version}</code>],
    ["Partitions", of.partitions && partitionsWords(of.partitions.description)],
    ["Backfill", of.backfill],
    ["Automation", of.automation],
    ["Freshness", of.freshness && <code>{JSON.stringify(of.freshness)}</code>],
    [
      "Made together with",
      of.required_with.length > 0 &&
        of.required_with.map((key) => (
          <Link class="link" href={assetPath(key)} key={key}>
            {key}{" "}
          </Link>
        )),
    ],
    [
      "Jobs",
      of.jobs.length > 0 &&
        of.jobs.map((name) => (
          <Link class="link" href={jobPath(name, of.location)} key={name}>
            {name}{" "}
          </Link>
        )),
    ],
    [
      "Schedules",
      of.schedules.length > 0 &&
        of.schedules.map((name) => (
          <Link class="link" href={instigatorPath(name, of.location)} key={name}>
            {name}{" "}
          </Link>
        )),
    ],
    [
      "Sensors",
      of.sensors.length > 0 &&
        of.sensors.map((name) => (
          <Link class="link" href={instigatorPath(name, of.location)} key={name}>
            {name}{" "}
          </Link>
        )),
    ],
  ];
  return (
    <div class="page scroll" tabIndex={0}>
      <section class="panel">
        <header>
          <h2>Definition</h2>
        </header>
        <dl class="facts body">
          {facts
            .filter(([, value]) => value)
            .map(([name, value]) => (
              <>
                <dt key={name}>{name}</dt>
                <dd>{value}</dd>
              </>
            ))}
        </dl>
      </section>
      {Object.keys(of.metadata).length > 0 && (
        <section class="panel">
          <header>
            <h2>Metadata of the definition</h2>
          </header>
          <div class="body">
            <Metadata values={of.metadata} />
          </div>
        </section>
      )}
    </div>
  );
}
