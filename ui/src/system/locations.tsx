// Code locations: how each stands, why one is broken, what a reload changed.
import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { assetPath, instigatorPath, jobPath, useQuery } from "../data/address";
import type { ChangeView, DiffView, LocationCounts, LocationList, LocationStatus, LocationView } from "../data/contract";
import { post } from "../data/http";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Dialog } from "../parts/dialog";
import { useKeys } from "../parts/keys";
import { Menu } from "../parts/menu";
import { Await, None } from "../parts/states";
import { Shape, type Tone } from "../parts/status";
import { Time } from "../parts/time";
import { RECORD, tell, tellError } from "../parts/toast";
import { ErrorCard } from "../runs/error-card";
import { rootOf } from "../runs/frames";
import { fromAnsi } from "../text/ansi";
import { count, duration } from "../text/words";

const STATES: Record<LocationStatus, [Tone, string]> = {
  loaded: ["success", "Loaded"],
  loading: ["running", "Loading"],
  failed: ["failure", "Could not be loaded"],
  closed: ["canceled", "Shut down"],
};
const PLURALS: [keyof LocationCounts, string, string][] = [
  ["assets", "asset", "/assets"],
  ["checks", "check", "/assets"],
  ["jobs", "job", "/jobs"],
  ["schedules", "schedule", "/automation?kind=SCHEDULE"],
  ["sensors", "sensor", "/automation?kind=SENSOR"],
  ["resources", "resource", ""],
];

/** Loads one location again, or all, and says what became of it. */
async function reload(name: string | null): Promise<void> {
  try {
    const { locations } = await post<LocationList>("/locations/reload", { name, wait: true });
    const loaded = name === null ? locations : locations.filter((each) => each.name === name);
    const bad = loaded.filter((each) => each.status === "failed");
    if (bad.length)
      tellError(
        `${bad.map((each) => each.name).join(", ")} could not be loaded: ${bad[0]!.error?.message.trim().split("\n").at(-1) ?? "see the page"}`,
      );
    else tell(name === null ? `${count(loaded.length, "code location")} loaded again` : `${name} is loaded again`);
  } catch (error) {
    tellError(error);
  }
}

export function ReloadAll() {
  const [isBusy, setBusy] = useState(false);
  const refusal = hindrance("edit");
  const go = async () => {
    if (isBusy || refusal) return;
    setBusy(true);
    await reload(null);
    setBusy(false);
  };
  useKeys([{ keys: "r", label: "Load all code locations again", run: () => void go() }]);
  return (
    <button class="primary" disabled={isBusy || Boolean(refusal)} title={refusal ?? undefined} onClick={() => void go()}>
      {isBusy ? "Loading…" : "Reload all"} <kbd>r</kbd>
    </button>
  );
}

export function Locations() {
  const list = useResource<LocationList>("/locations", (change) => change.topic === "location");
  const [at] = useQuery("at");
  useEffect(() => {
    if (at && list.data) document.getElementById(`location-${at}`)?.scrollIntoView({ block: "start" });
  }, [at, list.data !== null]);
  return (
    <Await of={list} lines={6}>
      {({ locations }) =>
        locations.length ? (
          <div class="column side-by-side">
            {[...locations]
              .sort((a, b) => Number(b.status === "failed") - Number(a.status === "failed"))
              .map((location) => (
                <Location key={location.name} location={location} onChange={list.reload} />
              ))}
          </div>
        ) : (
          <None title="No code is served" command="weft dev -f definitions.py">
            A code location is a file or module with definitions. To serve one:
          </None>
        )
      }
    </Await>
  );
}

function Location({ location, onChange }: { location: LocationView; onChange: () => void }) {
  const [isBusy, setBusy] = useState(false);
  const [isEnding, setEnding] = useState(false);
  const [tone, words] = isBusy ? STATES.loading : STATES[location.status];
  const refusal = hindrance("edit");
  const again = async () => {
    setBusy(true);
    await reload(location.name);
    setBusy(false);
    onChange();
  };
  return (
    <section class="panel location" id={`location-${location.name}`} aria-label={location.name}>
      <header class="row wrap">
        <h2 class="cut" dir="auto">
          {location.name}
        </h2>
        <span class={`status is-${tone} grow`}>
          <Shape tone={tone} />
          {words}
        </span>
        <button disabled={isBusy || Boolean(refusal)} title={refusal ?? undefined} onClick={() => void again()}>
          {location.status === "closed" ? "Start" : "Reload"}
        </button>
        <Menu
          label={`More actions for ${location.name}`}
          actions={[
            {
              label: "Shut down its server",
              isDangerous: true,
              run: () => setEnding(true),
              hindrance: hindrance("administer") ?? (location.status === "closed" ? "It is shut down." : null),
            },
          ]}
        />
      </header>
      <div class="body column">
        <dl class="facts">
          <dt>Code</dt>
          <dd>
            <code>{location.target}</code>
          </dd>
          <dt>Defines</dt>
          <dd>
            {location.counts ? (
              <span class="row wrap">
                {PLURALS.filter(([name]) => location.counts![name]).map(([name, word, href]) => (
                  <Defined
                    key={name}
                    words={count(location.counts![name], word)}
                    href={name === "assets" ? `/assets?q=${encodeURIComponent(`code_location:"${location.name}"`)}` : href}
                  />
                ))}
                {PLURALS.every(([name]) => !location.counts![name]) && <span class="soft">nothing</span>}
              </span>
            ) : (
              <span class="soft">unknown until it is loaded</span>
            )}
          </dd>
          <dt>Loaded</dt>
          <dd>
            {location.loaded_at ? <Time at={location.loaded_at} /> : "not yet"}
            {location.load_duration_s !== null && (
              <span class="soft">
                {location.status === "failed"
                  ? `, the last try took ${duration(location.load_duration_s)}`
                  : ` in ${duration(location.load_duration_s)}`}
              </span>
            )}
          </dd>
          {location.status !== "loaded" && location.changed_at && (
            <>
              <dt>So since</dt>
              <dd>
                <Time at={location.changed_at} />
              </dd>
            </>
          )}
          {location.python_version && (
            <>
              <dt>Python</dt>
              <dd>
                <code>{location.python_version}</code>
              </dd>
            </>
          )}
        </dl>
        {location.warnings.map((warning) => (
          <p key={warning} class="row is-warning">
            <Shape tone="warning" />
            <span>{warning}</span>
          </p>
        ))}
      </div>
      {location.error && (
        <ErrorCard
          error={rootOf(location.error)}
          title={
            <>
              It could not be loaded.{" "}
              {location.loaded_at ? "What was loaded before is still served." : "Nothing of it can be run until this is mended."}{" "}
              The file is watched and loaded again when it changes.
            </>
          }
        >
          <button class="small" disabled={isBusy || Boolean(refusal)} onClick={() => void again()}>
            Load again
          </button>
        </ErrorCard>
      )}
      {location.diff && <Diff diff={location.diff} location={location.name} />}
      {location.output.trim() && (
        <details class="fold" open={location.status === "failed"}>
          <summary>What the code printed while it was loaded</summary>
          <pre class="printed">
            {location.output
              .trimEnd()
              .split("\n")
              .map((line) => (
                <>
                  {fromAnsi(line)}
                  {"\n"}
                </>
              ))}
          </pre>
        </details>
      )}
      {isEnding && <EndDialog name={location.name} onClose={() => setEnding(false)} onDone={onChange} />}
    </section>
  );
}

function Defined({ words, href }: { words: string; href: string }) {
  return href ? (
    <Link class="link" href={href}>
      {words}
    </Link>
  ) : (
    <span>{words}</span>
  );
}

function addressOf(change: ChangeView, location: string): string | null {
  if (change.kind === "asset") return assetPath(change.name);
  if (change.kind === "job") return jobPath(change.name, location);
  return change.kind === "schedule" || change.kind === "sensor" ? instigatorPath(change.name, location) : null;
}

function Diff({ diff, location }: { diff: DiffView; location: string }) {
  const parts = (
    [
      ["added", "+", diff.added],
      ["removed", "−", diff.removed],
      ["changed", "~", diff.changed],
    ] as const
  ).filter(([, , changes]) => changes.length);
  if (!parts.length) return null;
  const words = parts.map(([what, , changes]) => `${changes.length.toLocaleString("en")} ${what}`).join(", ");
  return (
    <details class="fold">
      <summary>What the last load changed: {words}</summary>
      <table class="plain">
        <tbody>
          {parts.flatMap(([what, sign, changes]) =>
            changes.slice(0, 100).map((change) => {
              const href = what === "removed" ? null : addressOf(change, location);
              return (
                <tr key={`${what} ${change.kind} ${change.name}`}>
                  <td>
                    <code aria-label={what}>{sign}</code> {change.kind}
                  </td>
                  <td>
                    {href ? (
                      <Link class="link" href={href}>
                        {change.name}
                      </Link>
                    ) : (
                      change.name
                    )}
                  </td>
                  <td class="soft">{change.fields.join(", ")}</td>
                </tr>
              );
            }),
          )}
        </tbody>
      </table>
    </details>
  );
}

function EndDialog({ name, onClose, onDone }: { name: string; onClose: () => void; onDone: () => void }) {
  const [isBusy, setBusy] = useState(false);
  const end = async () => {
    setBusy(true);
    try {
      await post("/locations/shutdown", { name });
      tell(`The server of ${name} has ended`, RECORD);
      onDone();
      onClose();
    } catch (error) {
      tellError(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Shut down the server of ${name}`}
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Leave as it is</button>
          <button class="danger" disabled={isBusy} onClick={() => void end()}>
            Shut down
          </button>
        </>
      }
    >
      <p>
        Its process ends. Its schedules and sensors do not look, and nothing of it can be started, until it is started here again.
        Runs under way go on.
      </p>
    </Dialog>
  );
}
