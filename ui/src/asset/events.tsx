// What happened to an asset, newest first; any two materializations can be compared.
import { Link } from "wouter-preact";
import { runPath, useQuery } from "../data/address";
import type { AssetEventView } from "../data/contract";
import { Metadata, metadataLine } from "../parts/metadata";
import { Await, None } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { differences, flatten } from "../data/differences";
import { clock, day } from "../text/words";
import { useAssetEvents } from "./asset-events";

const PAGE = 50;

/** What an event of an asset is, as a status and a word. */
export const EVENT_WORDS: Record<string, [string, string]> = {
  materialization: ["MATERIALIZED", "Materialized"],
  observation: ["OBSERVED", "Observed"],
  failure: ["FAILED", "Failed"],
};

function leaves(event: AssetEventView): Map<string, string> {
  return flatten({
    ...Object.fromEntries(Object.entries(event.metadata).map(([name, view]) => [name, view.value])),
    ...Object.fromEntries(Object.entries(event.tags).map(([name, value]) => [`tag ${name}`, value])),
  });
}

export function Events({ assetKey }: { assetKey: string }) {
  const [type, setType] = useQuery("type");
  const [partition, setPartition] = useQuery("partition");
  const [at, setAt] = useQuery("at");
  const page = useAssetEvents(assetKey, type, partition, PAGE);
  const [comparedText, setComparedText] = useQuery("compare");
  const ids = comparedText.split(",").filter(Boolean);
  const compared = (page.data?.events ?? []).filter((event) => ids.includes(String(event.id)));
  const compare = ({ id }: AssetEventView) =>
    setComparedText(
      (ids.includes(String(id)) ? ids.filter((each) => each !== String(id)) : [...ids.slice(-1), String(id)]).join(),
    );
  const [older, newer] = [...compared].sort((a, b) => a.id - b.id);
  return (
    <div class="page scroll">
      <div class="row wrap">
        <span class="row" role="group" aria-label="Type">
          {[
            ["", "All"],
            ["materialization", "Materializations"],
            ["observation", "Observations"],
            ["failure", "Failures"],
          ].map(([value, label]) => (
            <button key={value} class="small" aria-pressed={type === value} onClick={() => setType(value!)}>
              {label}
            </button>
          ))}
        </span>
        <input
          type="search"
          aria-label="Partition"
          placeholder="Partition"
          value={partition}
          onChange={(event) => setPartition(event.currentTarget.value)}
        />
        <span class="soft">Tick two events to compare them.</span>
      </div>
      {older && newer && (
        <section class="panel">
          <header>
            <h2 class="grow">
              {day(older.timestamp)} {clock(older.timestamp)} and {day(newer.timestamp)} {clock(newer.timestamp)}
            </h2>
            <button class="plain" onClick={() => setComparedText("")}>
              Close
            </button>
          </header>
          <Compared a={older} b={newer} />
        </section>
      )}
      <Await of={page}>
        {({ events, hasMore }) => {
          if (!events.length)
            return (
              <None
                title={type || partition ? "No event fits" : "Nothing has happened to this asset yet"}
                command={type || partition ? undefined : `weft materialize --select ${assetKey}`}
              />
            );
          return (
            <section class="panel">
              {events.map((event) => {
                const [status, word] = EVENT_WORDS[event.type] ?? ["UNKNOWN", event.type];
                const isOpen = at === String(event.id);
                return (
                  <article key={event.id} class="event">
                    <div class="row">
                      <input
                        type="checkbox"
                        aria-label="Compare"
                        checked={compared.some((each) => each.id === event.id)}
                        onChange={() => compare(event)}
                      />
                      <button
                        class="plain row grow event-head"
                        aria-expanded={isOpen}
                        onClick={() => setAt(isOpen ? "" : String(event.id))}
                      >
                        <Status value={status} words={word} />
                        <Time at={event.timestamp} />
                        {event.partition && <code class="cut">{event.partition}</code>}
                        <span class="soft cut grow left">{event.description ?? metadataLine(event.metadata)}</span>
                      </button>
                      {event.run_id ? (
                        <Link class="link hide-narrow" href={runPath(event.run_id)}>
                          <code>{event.run_id.slice(0, 8)}</code>
                        </Link>
                      ) : (
                        <span class="soft hide-narrow">reported</span>
                      )}
                    </div>
                    {isOpen && (
                      <div class="event-body">
                        <Metadata values={event.metadata} />
                        {Object.keys(event.tags).length > 0 && (
                          <dl class="facts">
                            {Object.entries(event.tags).map(([name, value]) => (
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
                        )}
                      </div>
                    )}
                  </article>
                );
              })}
              {hasMore && (
                <p class="body">
                  <button onClick={page.more}>Show older events</button>
                </p>
              )}
            </section>
          );
        }}
      </Await>
    </div>
  );
}

function Compared({ a, b }: { a: AssetEventView; b: AssetEventView }) {
  const rows = differences(leaves(a), leaves(b));
  if (!rows.length) return <p class="body soft">They tell the same.</p>;
  return (
    <table class="plain diff">
      <tbody>
        {rows.map(([name, left, right]) => {
          const by = left !== null && right !== null ? Number(right) - Number(left) : NaN;
          return (
            <tr key={name}>
              <td>{name}</td>
              <td>
                <code>{left ?? "not there"}</code>
              </td>
              <td>
                <code>{right ?? "not there"}</code>
              </td>
              <td class="number">{Number.isFinite(by) ? `${by > 0 ? "+" : ""}${by.toLocaleString("en")}` : ""}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
