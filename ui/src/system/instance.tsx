// The instance: where everything is, how much of it there is, and each setting with where it comes from.
import { useMemo } from "preact/hooks";
import { useQuery } from "../data/address";
import type { ConfigurationView, InstanceView, SettingView, StorageView } from "../data/contract";
import { useResource } from "../data/resource";
import { Copy } from "../parts/copy";
import { Await } from "../parts/states";
import { Shape } from "../parts/status";
import { bytes, count } from "../text/words";

type Fact = [string, string | null];

function Facts({ title, facts }: { title: string; facts: Fact[] }) {
  const known = facts.filter((fact): fact is [string, string] => fact[1] !== null);
  return (
    <section class="panel">
      <header>
        <h2 class="grow">{title}</h2>
        <Copy label="Copy all of this" text={() => known.map(([name, value]) => `${name}: ${value}`).join("\n")} />
      </header>
      <div class="body">
        <dl class="facts">
          {known.map(([name, value]) => (
            <>
              <dt key={name}>{name}</dt>
              <dd>
                <code>{value}</code>
              </dd>
            </>
          ))}
        </dl>
      </div>
    </section>
  );
}

export function Instance() {
  const instance = useResource<InstanceView>("/instance");
  return (
    <Await of={instance} lines={8}>
      {(view) => (
        <>
          {view.is_ephemeral && (
            <p class="row is-warning">
              <Shape tone="warning" />
              <span>
                Everything here is forgotten when the server ends. Set <code>DAGSTER_HOME</code> to a directory to keep it.
              </span>
            </p>
          )}
          <div class="column side-by-side">
            <Facts
              title="Instance"
              facts={[
                ["Home", view.home],
                ["Database", view.storage],
                ["Values", view.artifacts],
                ["Weftwork", view.version],
                ["Python", view.python_version],
                ["Runs on", view.platform],
              ]}
            />
            <Storage />
          </div>
          <Configuration />
        </>
      )}
    </Await>
  );
}

function Storage() {
  const storage = useResource<StorageView>("/storage");
  const size = (value: number | null) => (value === null ? null : bytes(value));
  const number = (value: number | null, word: string) => (value === null ? null : count(value, word));
  return (
    <Await of={storage} lines={4}>
      {(view) => (
        <Facts
          title="Storage"
          facts={[
            [
              "Database",
              [size(view.database_bytes), view.schema_version && `schema ${view.schema_version}`].filter(Boolean).join(", ") ||
                null,
            ],
            [
              "Records",
              [number(view.runs, "run"), number(view.events, "event"), number(view.assets, "asset")].filter(Boolean).join(", ") ||
                null,
            ],
            ["Values", [size(view.artifact_bytes), number(view.artifact_files, "file")].filter(Boolean).join(" in ") || null],
            ["Free on the disk", size(view.free_bytes)],
          ]}
        />
      )}
    </Await>
  );
}

const SOURCES: Record<string, string> = { file: "written in the file", environment: "from the environment", default: "default" };

function Configuration() {
  const [text, setText] = useQuery("q");
  const view = useResource<ConfigurationView>("/configuration");
  const shown = useMemo(
    () =>
      [...(view.data?.settings ?? [])]
        .filter((each) => each.path.toLowerCase().includes(text.toLowerCase()))
        .sort((a, b) => Number(a.source === "default") - Number(b.source === "default")),
    [view.data, text],
  );
  return (
    <Await of={view} lines={8}>
      {(data) => (
        <section class="panel">
          <header class="row wrap">
            <h2>Settings</h2>
            <code class="soft cut grow">
              {data.file}
              {!data.has_file && " (not there: all defaults)"}
            </code>
            <input
              type="search"
              aria-label="Filter settings"
              placeholder="Part of a name"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </header>
          {shown.length ? (
            <table class="plain">
              <thead>
                <tr>
                  <th>Setting</th>
                  <th>Value</th>
                  <th>Where it comes from</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((each) => (
                  <Setting key={each.path} of={each} />
                ))}
              </tbody>
            </table>
          ) : (
            <p class="body soft">No setting has this in its name.</p>
          )}
        </section>
      )}
    </Await>
  );
}

function Setting({ of: { path, value, source, place } }: { of: SettingView }) {
  const isDefault = source === "default";
  return (
    <tr>
      <td>
        <code>{path}</code>
      </td>
      <td class={isDefault ? "soft" : ""}>
        <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>
      </td>
      <td class={isDefault ? "soft" : ""}>
        {SOURCES[source] ?? source}
        {place && (
          <>
            {" "}
            <code>{place}</code>
          </>
        )}
      </td>
    </tr>
  );
}
