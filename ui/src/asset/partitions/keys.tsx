// Keys of partitions, those that fit: a page of them, never all.
import { useState } from "preact/hooks";
import type { PartitionKeyPage } from "../../data/contract";
import { query } from "../../data/http";
import { useResource } from "../../data/resource";
import { Await } from "../../parts/states";
import { Status, wordOf } from "../../parts/status";

const PAGE = 200;

export function Keys({
  assetKey,
  text,
  status,
  onMaterialize,
  concerns,
}: {
  assetKey: string;
  text: string;
  status: string;
  onMaterialize: ((key: string) => void) | null;
  concerns: (change: { topic: string; data: Record<string, unknown> }) => boolean;
}) {
  const [limit, setLimit] = useState(50);
  const page = useResource<PartitionKeyPage>(
    `/asset/partitions/keys${query({ key: assetKey, q: text, status: status ? [status] : [], limit: Math.min(limit, PAGE), newest_first: true })}`,
    concerns,
  );
  return (
    <Await of={page} lines={4}>
      {(data) =>
        data.keys.length === 0 ? (
          <p class="body soft">No key fits.</p>
        ) : (
          <>
            <table class="plain tight">
              <tbody>
                {data.keys.map(({ key, status: state }) => (
                  <tr key={key}>
                    <td>
                      <Status value={state ?? "UNKNOWN"} words={state ? wordOf(state) : "–"} />
                    </td>
                    <td>
                      <code>{key}</code>
                    </td>
                    <td class="right">
                      {onMaterialize && (
                        <button class="small" onClick={() => onMaterialize(key)}>
                          Materialize
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {data.total > data.keys.length && (
              <p class="body soft">
                {data.keys.length} of {data.total.toLocaleString("en")}.{" "}
                {limit < PAGE ? (
                  <button class="small" onClick={() => setLimit(PAGE)}>
                    Show more
                  </button>
                ) : (
                  "A part of a key finds the others."
                )}
              </p>
            )}
          </>
        )
      }
    </Await>
  );
}
