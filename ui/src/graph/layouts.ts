// Layouts of scenes: computed in a worker, remembered by content.
import type { Layout } from "./layout";
import type { Scene } from "./scene";
import type { Asked, Answered } from "./worker";

const REMEMBERED = 20;

const layouts = new Map<string, Promise<Layout>>();
const waiting = new Map<number, (layout: Layout) => void>();
let worker: Worker | null = null;
let lastId = 0;

/** Starts the worker, so that it is ready when the first graph is there. */
export function warmLayouts(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = (event: MessageEvent<Answered>) => {
    waiting.get(event.data.id)?.(event.data.layout);
    waiting.delete(event.data.id);
  };
  return worker;
}

/**
 * The layout of a scene.
 *
 * @param place names what is looked at, so that what was laid out there before moves as little as possible.
 */
export function layoutOf(scene: Scene, place: string): Promise<Layout> {
  const known = layouts.get(scene.key);
  if (known) return known;
  const id = ++lastId;
  const made = new Promise<Layout>((resolve) => {
    waiting.set(id, resolve);
    const labels = scene.nodes.map((node) => node.label).join("\n");
    warmLayouts().postMessage({ id, place, key: scene.key, labels, input: scene.input } satisfies Asked);
  });
  layouts.set(scene.key, made);
  if (layouts.size > REMEMBERED) layouts.delete(layouts.keys().next().value!);
  return made;
}
