// Dynamic partitions: which keys there are, and adding and deleting them by hand.
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { assetPath, useQuery } from "../data/address";
import type { Done, DynamicPartitionKeys, DynamicPartitionsList, DynamicPartitionsView } from "../data/contract";
import { get, post, query, ServerError } from "../data/http";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Dialog } from "../parts/dialog";
import { Await, Failed, None } from "../parts/states";
import { RECORD, tell, tellError } from "../parts/toast";
import { count } from "../text/words";

const PAGE = 100;
const ASSETS = 5;

export function DynamicPartitions() {
  const list = useResource<DynamicPartitionsList>(
    "/dynamic-partitions",
    (change) => change.topic === "location" || change.topic === "asset",
  );
  return (
    <Await of={list} lines={4}>
      {({ definitions }) =>
        definitions.length ? (
          <>
            {definitions.map((each) => (
              <Definition key={each.name} of={each} onChange={list.reload} />
            ))}
          </>
        ) : (
          <None
            title="There are no dynamic partitions"
            command={
              'files = dg.DynamicPartitionsDefinition(name="files")\n\n@dg.asset(partitions_def=files)\ndef parsed(context): ...'
            }
          >
            The keys of dynamic partitions come while the code runs, or by hand. This defines some:
          </None>
        )
      }
    </Await>
  );
}

function Definition({ of, onChange }: { of: DynamicPartitionsView; onChange: () => void }) {
  const [at, setAt] = useQuery("at");
  const [isAdding, setAdding] = useState(false);
  const [deleted, setDeleted] = useState<string[] | null>(null);
  const isOpen = at === of.name;
  const refusal = hindrance("edit");
  return (
    <section class="panel" aria-label={of.name}>
      <header class="row wrap">
        <h2 dir="auto">{of.name}</h2>
        <span class="soft">{count(of.count, "key")}</span>
        <span class="grow row wrap">
          {of.assets.slice(0, ASSETS).map((key) => (
            <Link key={key} class="chip" href={assetPath(key, "partitions")}>
              {key}
            </Link>
          ))}
          {of.assets.length > ASSETS && <span class="soft">and {of.assets.length - ASSETS} more</span>}
        </span>
        <button class="small" aria-expanded={isOpen} onClick={() => setAt(isOpen ? "" : of.name)}>
          Keys
        </button>
        <button class="small" disabled={Boolean(refusal)} title={refusal ?? undefined} onClick={() => setAdding(true)}>
          Add keys
        </button>
      </header>
      {isOpen && <Keys key={of.count} name={of.name} refusal={refusal} onDelete={setDeleted} />}
      {isAdding && <AddDialog name={of.name} onClose={() => setAdding(false)} onDone={onChange} />}
      {deleted && <DeleteDialog name={of.name} keys={deleted} onClose={() => setDeleted(null)} onDone={onChange} />}
    </section>
  );
}

function Keys({ name, refusal, onDelete }: { name: string; refusal: string | null; onDelete: (keys: string[]) => void }) {
  const path = `/dynamic-partitions/keys${query({ name, limit: PAGE, newest_first: true })}`;
  const first = useResource<DynamicPartitionKeys>(path);
  const [older, setOlder] = useState<DynamicPartitionKeys | null>(null);
  const more = async (cursor: string) => {
    try {
      const page = await get<DynamicPartitionKeys>(`${path}&cursor=${encodeURIComponent(cursor)}`);
      setOlder({ ...page, keys: [...(older?.keys ?? []), ...page.keys] });
    } catch (error) {
      tellError(error);
    }
  };
  return (
    <Await of={first} lines={3}>
      {(page) => {
        const keys = [...page.keys, ...(older?.keys ?? [])];
        const cursor = older ? older.cursor : page.cursor;
        if (!keys.length) return <p class="body soft">It has no keys yet.</p>;
        return (
          <>
            <table class="plain">
              <tbody>
                {keys.map((key) => (
                  <tr key={key}>
                    <td>
                      <code dir="auto">{key}</code>
                    </td>
                    <td class="right">
                      <button
                        class="small"
                        disabled={Boolean(refusal)}
                        title={refusal ?? undefined}
                        aria-label={`Delete ${key}`}
                        onClick={() => onDelete([key])}
                      >
                        Delete
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {cursor && (
              <p class="body">
                <button onClick={() => void more(cursor)}>Show older keys</button>
              </p>
            )}
          </>
        );
      }}
    </Await>
  );
}

function AddDialog({ name, onClose, onDone }: { name: string; onClose: () => void; onDone: () => void }) {
  const [text, setText] = useState("");
  const [error, setError] = useState<ServerError | null>(null);
  const keys = [
    ...new Set(
      text
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
    ),
  ];
  const add = async () => {
    try {
      const done = await post<Done>("/dynamic-partitions/add", { name, keys });
      tell(`${count(done.count, "key")} added to ${name}`);
      onDone();
      onClose();
    } catch (problem) {
      setError(problem as ServerError);
    }
  };
  return (
    <Dialog
      title={`Add keys to ${name}`}
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Leave as it is</button>
          <button class="primary" disabled={!keys.length} onClick={() => void add()}>
            Add {count(keys.length, "key")}
          </button>
        </>
      }
    >
      <label class="field">
        Keys, one a line
        <textarea class="code" rows={6} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      {error && <Failed error={error} />}
    </Dialog>
  );
}

function DeleteDialog({
  name,
  keys,
  onClose,
  onDone,
}: {
  name: string;
  keys: string[];
  onClose: () => void;
  onDone: () => void;
}) {
  const [error, setError] = useState<ServerError | null>(null);
  const end = async () => {
    try {
      await post<Done>("/dynamic-partitions/delete", { name, keys });
      tell(`${count(keys.length, "key")} deleted from ${name}`, RECORD, () => {
        post<Done>("/dynamic-partitions/add", { name, keys }).then(onDone, tellError);
      });
      onDone();
      onClose();
    } catch (problem) {
      setError(problem as ServerError);
    }
  };
  return (
    <Dialog
      title={`Delete ${count(keys.length, "key")} of ${name}`}
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Leave as it is</button>
          <button class="danger" onClick={() => void end()}>
            Delete {count(keys.length, "key")}
          </button>
        </>
      }
    >
      <p>
        {keys.map((key) => (
          <code key={key}>{key} </code>
        ))}{" "}
        will be no partition any more. What was recorded of it stays, and it can be added again.
      </p>
      {error && <Failed error={error} />}
    </Dialog>
  );
}
