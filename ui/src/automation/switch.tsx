// Switching schedules and sensors on and off, one or several.
import { useState } from "preact/hooks";
import type { InstigatorView, SwitchBody } from "../data/contract";
import { post } from "../data/http";
import { hindrance } from "../data/person";
import { tell, tellError } from "../parts/toast";
import { count } from "../text/words";

/** Switches them and says what became of it; where `onUndone` is given, with a way back. */
export async function switchAll(all: InstigatorView[], to: SwitchBody["to"], onUndone?: () => void): Promise<void> {
  const ends = await Promise.allSettled(
    all.map((one) =>
      post<InstigatorView>("/instigators/switch", {
        name: one.name,
        location: one.location,
        repository: one.repository,
        to,
      } satisfies SwitchBody),
    ),
  );
  const done = ends.filter((end) => end.status === "fulfilled").length;
  const what = all.length === 1 ? all[0]!.name : count(done, "schedule or sensor", "schedules and sensors");
  const before = all.filter((one) => one.is_running);
  const back = async () => {
    if (before.length) await switchAll(before, "running");
    if (before.length < all.length)
      await switchAll(
        all.filter((one) => !one.is_running),
        "stopped",
      );
    onUndone?.();
  };
  if (done)
    tell(
      to === "default" ? `${what}: as the code says` : `${what}: switched ${to === "running" ? "on" : "off"}`,
      undefined,
      to === "default" || !onUndone ? undefined : () => void back(),
    );
  ends.forEach((end) => {
    if (end.status === "rejected") tellError(end.reason);
  });
}

export function Switch({ of: one, onChange }: { of: InstigatorView; onChange: () => void }) {
  const [isBusy, setBusy] = useState(false);
  const refusal = hindrance("edit");
  const flip = async () => {
    setBusy(true);
    await switchAll([one], one.is_running ? "stopped" : "running", onChange);
    setBusy(false);
    onChange();
  };
  return (
    <button
      class="switch"
      role="switch"
      aria-checked={one.is_running}
      aria-label={`${one.name} is ${one.is_running ? "on" : "off"}`}
      disabled={isBusy || Boolean(refusal)}
      title={refusal ?? (one.is_running ? "Switch off" : "Switch on")}
      onClick={(event) => {
        event.preventDefault();
        void flip();
      }}
    >
      <i />
    </button>
  );
}
