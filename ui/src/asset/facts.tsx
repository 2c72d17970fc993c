// What an asset is: group, owners, tags, code, and how often it is to be made.
import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import { assetPath } from "../data/address";
import type { AssetReport } from "../data/contract";
import { ChecksShort } from "../assets/thin";
import { CodePlace } from "../parts/code-place";
import { Copy } from "../parts/copy";
import { Some } from "../parts/some";
import { Status } from "../parts/status";
import { partitionsWords } from "../text/cron";
import { freshnessWords } from "../text/freshness";

const selected = (query: string): string => `/assets?q=${encodeURIComponent(query)}`;

const FRESHNESS: Record<string, [string, string]> = {
  PASS: ["FRESH", "Fresh"],
  WARN: ["LATE", "Late soon"],
  FAIL: ["FAILED", "Late"],
  UNKNOWN: ["UNKNOWN", "Not known yet"],
};

export function Facts({ report }: { report: AssetReport }) {
  const { asset, definition: of } = report;
  const tags = Object.entries(of?.tags ?? {}).filter(([name]) => !name.startsWith("dagster/kind/"));
  const [fresh, freshWord] = FRESHNESS[report.freshness ?? ""] ?? [];
  const facts: [string, ComponentChildren][] = [
    [
      "Key",
      <span class="row">
        <code dir="auto">{asset.key}</code>
        <Copy text={asset.key} label="Copy key" />
      </span>,
    ],
    [
      "Group",
      asset.group && (
        <Link class="link" href={selected(`group:"${asset.group}"`)}>
          {asset.group}
        </Link>
      ),
    ],
    ["Location", of?.location],
    [
      "Kinds",
      of && of.kinds.length > 0 && (
        <span class="row wrap chips-in">
          {of.kinds.map((kind) => (
            <span class="chip" key={kind}>
              {kind}
            </span>
          ))}
        </span>
      ),
    ],
    [
      "Owners",
      of && of.owners.length > 0 && (
        <span class="row wrap chips-in">
          <Some items={of.owners} most={5} unit="owner">
            {(owner) => (
              <Link class="link" key={owner} href={selected(`owner:"${owner}"`)}>
                {owner}
              </Link>
            )}
          </Some>
        </span>
      ),
    ],
    [
      "Tags",
      tags.length > 0 && (
        <span class="row wrap chips-in">
          <Some items={tags} most={8} unit="tag">
            {([name, value]) => (
              <span class="chip" key={name} title={value ? `${name}=${value}` : name}>
                <span class="cut">{value ? `${name}=${value}` : name}</span>
              </span>
            )}
          </Some>
        </span>
      ),
    ],
    ["Partitions", of?.partitions && partitionsWords(of.partitions.description)],
    ["Automation", of?.automation],
    [
      "Freshness",
      of?.freshness && (
        <>
          {fresh && <Status value={fresh} words={freshWord} />} <span class="soft">{freshnessWords(of.freshness)}</span>
        </>
      ),
    ],
    ["Code", of?.source && <CodePlace place={of.source} isShort />],
    ["Code version", of?.code_version && <code>{of.code_version}</code>],
    [
      "Checks",
      (report.checks.length > 0 || asset.checks) && (
        <Link class="link" href={assetPath(asset.key, "checks")}>
          <ChecksShort
            of={asset.checks ? [asset.checks.passed, asset.checks.warned, asset.checks.failed] : null}
            all={report.checks.length}
          />
        </Link>
      ),
    ],
  ];
  return (
    <section class="panel">
      <header>
        <h2>Facts</h2>
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
  );
}
