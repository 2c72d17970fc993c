// An instant as people say it, the exact one on hover.
import { signal } from "@preact/signals";
import { ago, exact, toInstant } from "../text/words";

/** Now, moved every ten seconds for every relative time at once. */
export const now = signal(Date.now() / 1000);
setInterval(() => {
  if (!document.hidden) now.value = Date.now() / 1000;
}, 10_000);

export function Time({ at }: { at: number | string | null | undefined }) {
  const instant = toInstant(at);
  if (instant === null) return <span class="soft">–</span>;
  return (
    <time dateTime={new Date(instant * 1000).toISOString()} title={exact(instant)}>
      {ago(instant, Math.max(now.value, instant > now.value && instant - now.value < 15 ? instant : now.value))}
    </time>
  );
}
