// One schedule or sensor: whether it is on, what it starts, when, and how its ticks ended.
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { jobPath, useQuery } from "../data/address";
import type { InstigatorView } from "../data/contract";
import { query } from "../data/http";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { CodePlace } from "../parts/code-place";
import { Copy } from "../parts/copy";
import { useKeys } from "../parts/keys";
import { Menu } from "../parts/menu";
import { Metadata } from "../parts/metadata";
import { Await, None } from "../parts/states";
import { Shape } from "../parts/status";
import { Time } from "../parts/time";
import { Markdown } from "../text/markdown";
import { useNextTick } from "./list";
import { Preview } from "./preview";
import { switchAll } from "./switch";
import { Ticks } from "./ticks";
import { kindOf, nextOf, rhythmOf, standOf } from "./words";
import "../style/automation.css";

export default function InstigatorPage() {
  const [name] = useQuery("name");
  const [location] = useQuery("location");
  const found = useResource<InstigatorView>(
    name ? `/instigator${query({ name, location })}` : null,
    (change) => change.topic === "run" || change.topic === "location",
  );
  const [isLooking, setLooking] = useState(false);
  const one = found.data;
  useNextTick(one ? nextOf(one) : null, found.reload);
  const refusal = hindrance("edit");
  const switchTo = async (to: "running" | "stopped" | "default") => {
    if (!one || refusal) return;
    await switchAll([one], to, found.reload);
    found.reload();
  };
  useKeys([
    { keys: "p", label: "Preview what it would ask for", run: () => one && setLooking(true) },
    { keys: "r", label: "Ask again", run: found.reload },
    { keys: "shift+s", label: "Switch it on or off", run: () => void switchTo(one?.is_running ? "stopped" : "running") },
  ]);
  const stand = one && standOf(one);
  return (
    <Page
      title={name || "No name"}
      path={[["Automation", "/automation"]]}
      chips={
        one &&
        stand && (
          <>
            <span class={`status is-${stand[0]}`}>
              <Shape tone={stand[0]} />
              {stand[1]}
            </span>
            <span>{kindOf(one)}</span>
          </>
        )
      }
      actions={
        one && (
          <>
            <button
              onClick={() => setLooking(true)}
              disabled={Boolean(hindrance("launch"))}
              title={hindrance("launch") ?? undefined}
            >
              Preview <kbd>p</kbd>
            </button>
            <button
              class="primary"
              disabled={Boolean(refusal)}
              title={refusal ?? undefined}
              onClick={() => void switchTo(one.is_running ? "stopped" : "running")}
            >
              Switch {one.is_running ? "off" : "on"}
            </button>
            <Menu
              actions={[
                {
                  label: `As the code says (${one.is_running_by_default ? "on" : "off"})`,
                  run: () => void switchTo("default"),
                  hindrance: refusal ?? (one.is_switched ? null : "It is already as the code says."),
                },
              ]}
            />
          </>
        )
      }
    >
      <div class="page scroll grow-down">
        {!name ? (
          <None title="No schedule or sensor is named in this address">
            <Link class="link" href="/automation">
              Show all
            </Link>
          </None>
        ) : (
          <Await of={found}>
            {(view) => (
              <>
                {view.description && <Markdown text={view.description} />}
                <Facts of={view} />
                <Ticks of={view} />
                {Object.keys(view.metadata).length > 0 && (
                  <section class="panel">
                    <header>
                      <h2>Metadata</h2>
                    </header>
                    <div class="body">
                      <Metadata values={view.metadata} />
                    </div>
                  </section>
                )}
              </>
            )}
          </Await>
        )}
      </div>
      {isLooking && one && <Preview of={one} onClose={() => setLooking(false)} />}
    </Page>
  );
}

function Facts({ of: one }: { of: InstigatorView }) {
  const tags = Object.entries(one.tags);
  return (
    <section class="panel">
      <div class="body">
        <dl class="facts">
          <dt>Looks</dt>
          <dd>
            {rhythmOf(one) || <span class="soft">when something happens</span>}
            {one.cron_schedules.length > 0 && (
              <span class="soft">
                {" "}
                <code>{one.cron_schedules.join("; ")}</code> {one.timezone ?? "UTC"}
              </span>
            )}
          </dd>
          {one.kind === "SCHEDULE" && (
            <>
              <dt>Next</dt>
              <dd>
                {one.is_running && one.next_ticks.length ? (
                  <span class="row wrap">
                    {one.next_ticks.slice(0, 5).map((at) => (
                      <Time key={at} at={at} />
                    ))}
                  </span>
                ) : (
                  <span class="soft">never, while it is off</span>
                )}
              </dd>
            </>
          )}
          <dt>Starts</dt>
          <dd>
            {one.jobs.length ? (
              <span class="row wrap">
                {one.jobs.map((job) => (
                  <Link key={job} class="link" href={jobPath(job, one.location)}>
                    {job}
                  </Link>
                ))}
              </span>
            ) : (
              <span class="soft">what its function asks for</span>
            )}
          </dd>
          {one.selection && (
            <>
              <dt>Looks at</dt>
              <dd>
                <Link class="link" href={`/assets?q=${encodeURIComponent(one.selection)}`}>
                  <code>{one.selection}</code>
                </Link>
              </dd>
            </>
          )}
          {one.cursor !== null && (
            <>
              <dt>Cursor</dt>
              <dd class="row">
                <code>{one.cursor}</code>
                <Copy text={one.cursor} label="Copy cursor" />
              </dd>
            </>
          )}
          <dt>Switched</dt>
          <dd>
            {one.is_switched
              ? `by hand; the code says ${one.is_running_by_default ? "on" : "off"}`
              : `as the code says: ${one.is_running_by_default ? "on" : "off"}`}
          </dd>
          <dt>Code location</dt>
          <dd>
            <Link class="link" href={`/system?at=${encodeURIComponent(one.location)}`}>
              {one.location}
            </Link>
          </dd>
          {one.source && (
            <>
              <dt>Source</dt>
              <dd>
                <CodePlace place={one.source} />
              </dd>
            </>
          )}
          {one.owners.length > 0 && (
            <>
              <dt>Owners</dt>
              <dd>{one.owners.join(", ")}</dd>
            </>
          )}
          {tags.length > 0 && (
            <>
              <dt>Tags</dt>
              <dd class="row wrap">
                {tags.map(([name, value]) => (
                  <span key={name} class="chip">
                    <span class="cut">
                      {name}
                      {value && `=${value}`}
                    </span>
                  </span>
                ))}
              </dd>
            </>
          )}
        </dl>
      </div>
    </section>
  );
}
