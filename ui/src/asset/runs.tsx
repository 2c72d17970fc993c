// The runs that made, observed or failed to make an asset.
import { Link } from "wouter-preact";
import { runPath } from "../data/address";
import type { AssetEventView } from "../data/contract";
import { Await, None } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { count, shortId } from "../text/words";
import { useAssetEvents } from "./asset-events";
import { EVENT_WORDS } from "./events";

const EVENTS = 200;

/** Events by their run, newest first; what was reported outside of runs is left out. */
export function runsOf(events: AssetEventView[]): AssetEventView[][] {
  const byRun = new Map<string, AssetEventView[]>();
  for (const event of events) if (event.run_id) byRun.get(event.run_id)?.push(event) ?? byRun.set(event.run_id, [event]);
  return [...byRun.values()];
}

export function AssetRuns({ assetKey }: { assetKey: string }) {
  const page = useAssetEvents(assetKey, "", "", EVENTS);
  return (
    <div class="page scroll" tabIndex={0}>
      <Await of={page}>
        {(data) => {
          const runs = runsOf(data.events);
          if (!runs.length)
            return <None title="No run has made this asset yet" command={`weft materialize --select ${assetKey}`} />;
          return (
            <section class="panel">
              <table class="plain">
                <thead>
                  <tr>
                    <th>Run</th>
                    <th>What it did</th>
                    <th>Partitions</th>
                    <th>When</th>
                  </tr>
                </thead>
                <tbody>
                  {runs.map((events) => (
                    <Run key={events[0]!.run_id} events={events} />
                  ))}
                </tbody>
              </table>
              {data.hasMore && (
                <p class="body">
                  <button onClick={page.more}>Show older runs</button>
                </p>
              )}
            </section>
          );
        }}
      </Await>
    </div>
  );
}

function Run({ events }: { events: AssetEventView[] }) {
  const [last] = events as [AssetEventView];
  const [status, word] = EVENT_WORDS[last.type] ?? ["UNKNOWN", last.type];
  const partitions = [...new Set(events.flatMap((event) => event.partition ?? []))].sort();
  return (
    <tr>
      <td>
        <Link class="link" href={runPath(last.run_id!)}>
          <code>{shortId(last.run_id!)}</code>
        </Link>
      </td>
      <td>
        <Status value={status} words={word} />
      </td>
      <td>
        {partitions.length > 2 ? (
          <span title={`${partitions[0]} to ${partitions.at(-1)}`}>{count(partitions.length, "partition")}</span>
        ) : (
          partitions.map((key) => <code key={key}>{key} </code>)
        )}
      </td>
      <td>
        <Time at={last.timestamp} />
      </td>
    </tr>
  );
}
