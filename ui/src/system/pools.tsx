// Pools: how many steps of a kind may run at once, who holds the slots and who waits for them.
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { runPath } from "../data/address";
import type { Done, FreeSlotsBody, PoolLimitBody, PoolList, PoolView } from "../data/contract";
import { post, ServerError } from "../data/http";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Dialog } from "../parts/dialog";
import { Await, Failed, None } from "../parts/states";
import { Shape } from "../parts/status";
import { RECORD, tell } from "../parts/toast";
import { count, shortId } from "../text/words";

export function Pools() {
  const list = useResource<PoolList>("/pools", (change) => change.topic === "run" || change.topic === "location");
  const [changed, setChanged] = useState<PoolView | "new" | null>(null);
  const [freed, setFreed] = useState<PoolView | null>(null);
  const refusal = hindrance("edit");
  return (
    <>
      <Await of={list} lines={4}>
        {({ pools }) =>
          pools.length ? (
            <section class="panel">
              <header>
                <h2 class="grow">Pools</h2>
                <button disabled={Boolean(refusal)} title={refusal ?? undefined} onClick={() => setChanged("new")}>
                  Limit another pool
                </button>
              </header>
              <div class="scroll" tabIndex={0}>
                <table class="plain">
                  <thead>
                    <tr>
                      <th>Pool</th>
                      <th class="number">Slots taken</th>
                      <th>Held by</th>
                      <th>Waiting</th>
                      <th>
                        <span class="only-read">Actions</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {pools.map((pool) => (
                      <Pool
                        key={pool.name}
                        pool={pool}
                        refusal={refusal}
                        onChange={() => setChanged(pool)}
                        onFree={() => setFreed(pool)}
                      />
                    ))}
                  </tbody>
                </table>
              </div>
            </section>
          ) : (
            <None title="There are no pools" command={'@dg.asset(pool="database")\ndef report(): ...'}>
              A pool limits how many steps of a kind run at once. An op or asset names its pool:
            </None>
          )
        }
      </Await>
      {changed && <LimitDialog pool={changed === "new" ? null : changed} onClose={() => setChanged(null)} onDone={list.reload} />}
      {freed && <FreeDialog pool={freed} onClose={() => setFreed(null)} onDone={list.reload} />}
    </>
  );
}

function Pool({
  pool,
  refusal,
  onChange,
  onFree,
}: {
  pool: PoolView;
  refusal: string | null;
  onChange: () => void;
  onFree: () => void;
}) {
  const isFull = pool.limit !== null && pool.held.length >= pool.limit;
  return (
    <tr>
      <td>
        <span class="row">
          {isFull && <Shape tone="warning" />}
          {pool.name}
        </span>
      </td>
      <td class="number">
        {pool.held.length.toLocaleString("en")} of {pool.limit === null ? "any number" : pool.limit.toLocaleString("en")}
        {pool.is_default && <span class="soft"> by default</span>}
      </td>
      <td>
        <Steps steps={pool.held} />
      </td>
      <td>
        <Steps steps={pool.waiting} />
      </td>
      <td class="right">
        <span class="row actions">
          <button
            class="small"
            disabled={Boolean(refusal) || !(pool.held.length + pool.waiting.length)}
            title={refusal ?? undefined}
            onClick={onFree}
          >
            Free slots
          </button>
          <button class="small" disabled={Boolean(refusal)} title={refusal ?? undefined} onClick={onChange}>
            Change limit
          </button>
        </span>
      </td>
    </tr>
  );
}

function Steps({ steps }: { steps: [string, string][] }) {
  if (!steps.length) return <span class="soft">none</span>;
  return (
    <span class="row wrap">
      {steps.slice(0, 10).map(([run, step]) => (
        <Link key={run + step} class="chip" href={runPath(run)}>
          <code>{shortId(run)}</code> {step}
        </Link>
      ))}
      {steps.length > 10 && `and ${steps.length - 10} more`}
    </span>
  );
}

function LimitDialog({ pool, onClose, onDone }: { pool: PoolView | null; onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState(pool?.name ?? "");
  const [limit, setLimit] = useState(pool?.limit === null || pool === null ? "" : String(pool.limit));
  const [error, setError] = useState<ServerError | null>(null);
  const isNumber = /^\d+$/.test(limit.trim());
  const isFit = name.trim() !== "" && (isNumber || limit.trim() === "");
  const save = async () => {
    if (!isFit) return;
    try {
      await post<PoolList>("/pools/limit", { name: name.trim(), limit: isNumber ? Number(limit) : null } satisfies PoolLimitBody);
      tell(isNumber ? `${name.trim()}: ${Number(limit)} at once` : `${name.trim()}: no limit of its own`);
      onDone();
      onClose();
    } catch (problem) {
      setError(problem as ServerError);
    }
  };
  const onEnter = (event: KeyboardEvent) => event.key === "Enter" && void save();
  return (
    <Dialog
      title={pool ? `Limit of ${pool.name}` : "Limit a pool"}
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Leave as it is</button>
          <button class="primary" disabled={!isFit} onClick={() => void save()}>
            {isNumber ? `Let ${Number(limit)} run at once` : "Set no limit"}
          </button>
        </>
      }
    >
      {!pool && (
        <label class="field">
          Pool
          <input
            value={name}
            placeholder="database"
            onInput={(event) => setName(event.currentTarget.value)}
            onKeyDown={onEnter}
          />
        </label>
      )}
      <label class="field">
        Steps at once; empty: the default
        <input
          data-first={pool ? true : undefined}
          inputMode="numeric"
          value={limit}
          aria-invalid={!isNumber && limit.trim() !== ""}
          onInput={(event) => setLimit(event.currentTarget.value)}
          onKeyDown={onEnter}
        />
      </label>
      {error && <Failed error={error} />}
    </Dialog>
  );
}

/** Takes slots from steps whose process is gone for good, after a look at which these are. */
function FreeDialog({ pool, onClose, onDone }: { pool: PoolView; onClose: () => void; onDone: () => void }) {
  const all: [string, string, string][] = [
    ...pool.held.map(([run, step]): [string, string, string] => [run, step, "holds a slot"]),
    ...pool.waiting.map(([run, step]): [string, string, string] => [run, step, "waits for one"]),
  ];
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [error, setError] = useState<ServerError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const toggle = (place: number) =>
    setChosen((now) => {
      const next = new Set(now);
      next.has(place) ? next.delete(place) : next.add(place);
      return next;
    });
  const free = async () => {
    setBusy(true);
    try {
      let freed = 0;
      for (const place of chosen) {
        const [run_id, step] = all[place]!;
        freed += (await post<Done>("/pools/free", { run_id, step, pool: pool.name } satisfies FreeSlotsBody)).count;
      }
      tell(`${count(freed, "slot")} of ${pool.name} taken back`, RECORD);
      onDone();
      onClose();
    } catch (problem) {
      setError(problem as ServerError);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Free slots of ${pool.name}`}
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Leave as it is</button>
          <button class="danger" disabled={isBusy || chosen.size === 0} onClick={() => void free()}>
            Free {count(chosen.size, "slot")}
          </button>
        </>
      }
    >
      <p>
        For steps whose process is gone for good. A step that still runs goes on, and others start beside it: then more than{" "}
        {pool.limit === null ? "was meant" : pool.limit.toLocaleString("en")} run at once.
      </p>
      <ul class="listed scroll">
        {all.map(([run, step, words], place) => (
          <li key={`${run} ${step}`}>
            <label class="check">
              <input type="checkbox" checked={chosen.has(place)} onChange={() => toggle(place)} />
              <code>{step}</code> of run <code>{shortId(run)}</code> <span class="soft">{words}</span>
            </label>
          </li>
        ))}
      </ul>
      {error && <Failed error={error} />}
    </Dialog>
  );
}
