// The audit log: what was done or tried, by whom, latest first.
import { useEffect, useState } from "preact/hooks";
import type { AuditPage, AuditView } from "../data/contract";
import { get } from "../data/http";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Await, None } from "../parts/states";
import { Shape } from "../parts/status";
import { Time } from "../parts/time";
import { tellError } from "../parts/toast";

export function Audit() {
  const refusal = hindrance("administer");
  const first = useResource<AuditPage>(
    refusal ? null : "/audit",
    (change) => change.topic === "run" || change.topic === "location",
  );
  const [older, setOlder] = useState<AuditPage | null>(null);
  useEffect(() => setOlder(null), [first.data]);
  if (refusal) return <None title="The audit log is shown to administrators">{refusal}</None>;
  const more = async (cursor: string, entries: AuditView[]) => {
    try {
      const page = await get<AuditPage>(`/audit?cursor=${encodeURIComponent(cursor)}`);
      setOlder({ entries: [...entries, ...page.entries], cursor: page.cursor });
    } catch (error) {
      tellError(error);
    }
  };
  return (
    <Await of={first} lines={8}>
      {(page) => {
        const entries = [...page.entries, ...(older?.entries ?? [])];
        const cursor = older ? older.cursor : page.cursor;
        if (!entries.length)
          return (
            <None title="Nothing was changed yet">
              Every start, stop, switch and deletion is recorded here with who did it, from the pages, the API and the command
              line alike.
            </None>
          );
        return (
          <section class="panel">
            <div class="scroll" tabIndex={0}>
              <table class="plain audit">
                <thead>
                  <tr>
                    <th>When</th>
                    <th>Who</th>
                    <th>What</th>
                    <th>On what</th>
                  </tr>
                </thead>
                <tbody>
                  {entries.map((entry) => (
                    <Entry key={entry.id} entry={entry} />
                  ))}
                </tbody>
              </table>
            </div>
            {cursor && (
              <button class="more" onClick={() => void more(cursor, older?.entries ?? [])}>
                Show older
              </button>
            )}
          </section>
        );
      }}
    </Await>
  );
}

function Entry({ entry }: { entry: AuditView }) {
  return (
    <tr>
      <td>
        <Time at={entry.at} />
      </td>
      <td class="together">
        {entry.caller} <span class="soft">{entry.role}</span>
      </td>
      <td>
        <span class="row">
          <Shape tone={entry.error ? "failure" : "success"} />
          {entry.action.replaceAll("_", " ")}
        </span>
        {entry.error && <span class="is-failure">{entry.error}</span>}
      </td>
      <td>
        <code>
          {Object.entries(entry.target)
            .filter(([, value]) => value !== null && JSON.stringify(value).length > 2)
            .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
            .join(" ")}
        </code>
      </td>
    </tr>
  );
}
