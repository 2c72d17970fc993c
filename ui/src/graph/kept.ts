// Layouts that this browser keeps: one for each place, the latest.
import type { LaidOut } from "./former";
import type { Layout } from "./layout";

export interface Kept extends LaidOut {
  place: string;
  /** The content that was laid out. */
  key: string;
  layout: Layout;
  /** When, in milliseconds since the epoch. */
  at: number;
}

/** Changes with the way in which graphs are laid out: what was kept before is forgotten then. */
const NAME = "weft-layouts-1";
const STORE = "layouts";
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
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "place" }).createIndex("at", "at");
      return await done(request);
    } catch {
      return null; // Nothing may be kept here: every layout is computed anew.
    }
  })();
  return opened;
}
void open();

/** What was kept for a place; null if that is nothing, or not at hand soon. */
export async function findKept(place: string): Promise<Kept | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const found = open()
    .then((database) => (database ? done<Kept | undefined>(database.transaction(STORE).objectStore(STORE).get(place)) : null))
    .then((kept) => kept ?? null)
    .catch(() => null);
  return Promise.race([found, late]);
}

/** Keeps a layout, and forgets the oldest where there are many. */
export async function keep(kept: Kept): Promise<void> {
  try {
    const database = await open();
    if (!database) return;
    const store = database.transaction(STORE, "readwrite").objectStore(STORE);
    await done(store.put(kept));
    const more = (await done(store.count())) - MOST;
    if (more <= 0) return;
    for (const place of await done(store.index("at").getAllKeys(null, more))) store.delete(place);
  } catch {
    // As above.
  }
}
