// Layouts that this browser keeps: one for each place, the latest.
import type { LaidOut } from "./former";
import type { Layout } from "./layout";

interface Kept {
  place: string;
  /** The content that was laid out. */
  key: string;
  layout: Layout;
  /** When, in milliseconds since the epoch. */
  at: number;
}

/** Changes with the way in which graphs are laid out: what was kept before is forgotten then. */
const NAME = "weft-layouts-2";
/** Layouts, and apart from them what only a changed graph needs to know of the one before. */
const [LAYOUTS, MEMORIES] = ["layouts", "memories"] as const;
const MOST = 40;
const PATIENCE_MS = 250;

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("The browser keeps nothing."));
  });

let opened: Promise<IDBDatabase | null> | null = null;

function open(): Promise<IDBDatabase | null> {
  opened ??= (async () => {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(LAYOUTS, { keyPath: "place" }).createIndex("at", "at");
        request.result.createObjectStore(MEMORIES, { keyPath: "place" });
      };
      return await done(request);
    } catch {
      return null; // Nothing may be kept here: every layout is computed anew.
    }
  })();
  return opened;
}
void open();

/** What a store has for a place; null if that is nothing, or not at hand soon. */
async function find<T>(store: string, place: string): Promise<T | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const found = open()
    .then((database) => (database ? done<T | undefined>(database.transaction(store).objectStore(store).get(place)) : null))
    .then((kept) => kept ?? null)
    .catch(() => null);
  return Promise.race([found, late]);
}

/** The layout that was kept for a place, if it is of the same content. */
export async function findLayout(place: string, key: string): Promise<Layout | null> {
  const kept = await find<Kept>(LAYOUTS, place);
  return kept?.key === key ? kept.layout : null;
}

/** What was laid out at a place before. */
export const findMemory = (place: string): Promise<LaidOut | null> => find<LaidOut>(MEMORIES, place);

/** Keeps a layout, and forgets the oldest where there are many. */
export async function keep(place: string, key: string, layout: Layout, laidOut: LaidOut): Promise<void> {
  try {
    const database = await open();
    if (!database) return;
    const both = database.transaction([LAYOUTS, MEMORIES], "readwrite");
    const [layouts, memories] = [both.objectStore(LAYOUTS), both.objectStore(MEMORIES)];
    memories.put({ place, ...laidOut });
    await done(layouts.put({ place, key, layout, at: Date.now() } satisfies Kept));
    const more = (await done(layouts.count())) - MOST;
    if (more <= 0) return;
    for (const old of await done(layouts.index("at").getAllKeys(null, more))) {
      layouts.delete(old);
      memories.delete(old);
    }
  } catch {
    // As above.
  }
}
