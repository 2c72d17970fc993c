// Lays graphs out off the main thread, and keeps the layouts in the browser.
import { findLayout, findMemory, keep } from "./kept";
import { layOut, type Layout, type LayoutInput } from "./layout";
import { formerOf } from "./former";

export interface Asked {
  id: number;
  /** What is looked at. */
  place: string;
  /** The content. */
  key: string;
  /** The names of the nodes, one a line. */
  labels: string;
  input: LayoutInput;
}

export interface Answered {
  id: number;
  layout: Layout;
}

addEventListener("message", async (event: MessageEvent<Asked>) => {
  const { id, place, key, labels, input } = event.data;
  const kept = await findLayout(place, key);
  if (kept) return postMessage({ id, layout: kept } satisfies Answered);
  const before = await findMemory(place);
  const { memory, ...layout } = layOut({ ...input, former: before && formerOf(before, labels, input.widths.length) });
  postMessage({ id, layout } satisfies Answered);
  void keep(place, key, layout, { labels, memory });
});
