// All assets and how they stand, in memory: one request for the graph, one for the states, then only news.
import { batch, computed, signal } from "@preact/signals";
import type { AssetGraphView, AssetNews, AssetStatusColumns, StaleAssets, StaleReason } from "../data/contract";
import { get, ServerError } from "../data/http";
import { subscribe } from "../data/stream";

export interface Asset {
  number: number;
  key: string;
  group: string;
  kinds: string[];
  owners: string[];
  tags: string[];
  location: string;
  columns: string[];
  description: string;
  parents: number[];
  children: number[];
  checkCount: number;
  isMaterializable: boolean;
  isPartitioned: boolean;
  isAutomated: boolean;
  isObservable: boolean;
}

export interface Standing {
  status: string;
  at: number | null;
  run: string | null;
  /** made, failed, in progress, all */
  partitions: [number, number, number, number] | null;
  /** passed, warned, failed */
  checks: [number, number, number] | null;
  /** why it is stale; empty if it is not */
  stale: StaleReason[];
}

export interface Board {
  version: string;
  assets: Asset[];
  byKey: Map<string, Asset>;
}

export const UNKNOWN: Standing = { status: "UNKNOWN", at: null, run: null, partitions: null, checks: null, stale: [] };

/** null until the server has answered. */
export const board = signal<Board | null>(null);
const told = signal<Standing[]>([]);
const stale = signal<ReadonlyMap<number, StaleReason[]>>(new Map());
/** How the assets stand, by number; a new array with every change. */
export const standings = computed<Standing[]>(() =>
  stale.value.size === 0
    ? told.value
    : told.value.map((standing, number) => {
        const reasons = stale.value.get(number);
        return reasons && standing.status === "MATERIALIZED" ? { ...standing, status: "STALE", stale: reasons } : standing;
      }),
);
export const boardError = signal<ServerError | null>(null);

/** Makes records of the columns that the server sends. */
export function toBoard(view: AssetGraphView): Board {
  const children: number[][] = view.keys.map(() => []);
  view.parents.forEach((parents, number) => parents.forEach((parent) => children[parent]!.push(number)));
  const assets = view.keys.map((key, number): Asset => {
    const flags = view.flags[number]!;
    return {
      number,
      key,
      group: view.groups[view.group[number]!] ?? "",
      kinds: view.kind[number]!.map((each) => view.kinds[each]!),
      owners: view.owner[number]!.map((each) => view.owners[each]!),
      tags: view.tag[number]!.map((each) => view.tags[each]!),
      location: view.locations[view.location[number]!] ?? "",
      columns: view.column[number]!.map((each) => view.columns[each]!),
      description: view.descriptions[number]!,
      parents: view.parents[number]!,
      children: children[number]!,
      checkCount: view.checks[number]!,
      isMaterializable: Boolean(flags & 1),
      isObservable: Boolean(flags & 2),
      isPartitioned: Boolean(flags & 4),
      isAutomated: Boolean(flags & 8),
    };
  });
  return { version: view.version, assets, byKey: new Map(assets.map((asset) => [asset.key, asset])) };
}

function take(columns: AssetStatusColumns): void {
  const next = told.value.slice();
  columns.numbers.forEach((number, n) => {
    next[number] = {
      status: columns.names[columns.status[n]!]!,
      at: columns.at[n]!,
      run: columns.run[n]!,
      partitions: columns.partitions[n]!,
      checks: columns.checks[n]!,
      stale: [],
    };
  });
  told.value = next;
}

/** What is stale follows from all versions together, so it is asked for apart and not as often. */
async function loadStale(): Promise<void> {
  staleTimer = null;
  try {
    const view = await get<StaleAssets>("/assets/stale");
    if (view.version === board.value?.version) stale.value = new Map(view.numbers.map((number, n) => [number, view.reasons[n]!]));
  } catch {
    // As with the states: asked again with the next news.
  }
}

/** Shows the graph as soon as it is there; how those stand that were known before is known until there is news. */
function show(graph: AssetGraphView): void {
  if (board.value?.version === graph.version) return;
  const [before, former] = [board.value, told.value];
  const next = toBoard(graph);
  batch(() => {
    stale.value = new Map();
    told.value = next.assets.map(({ key }) => former[before?.byKey.get(key)?.number ?? -1] ?? UNKNOWN);
    board.value = next;
  });
}

async function loadAll(isAgain = false): Promise<void> {
  try {
    const asked = get<AssetStatusColumns>("/assets/status");
    const [, status] = await Promise.all([get<AssetGraphView>("/assets/graph").then(show), asked]);
    if (status.version === board.value!.version) take(status);
    else if (!isAgain) return loadAll(true);
    boardError.value = null;
    void loadStale();
  } catch (error) {
    boardError.value = error instanceof ServerError ? error : new ServerError(0, String(error), null, "/assets/graph");
  }
}

let hasBegun = false;
let touched = new Set<string>();
let timer: ReturnType<typeof setTimeout> | null = null;
let staleTimer: ReturnType<typeof setTimeout> | null = null;
const STALE_AFTER_MS = 1500;

function later(): void {
  timer ??= setTimeout(async () => {
    timer = null;
    const keys = [...touched];
    touched = new Set();
    if (keys.includes("*") || keys.length > 60) return loadAll();
    try {
      const columns = await get<AssetStatusColumns>(
        `/assets/status?${keys.map((key) => `key=${encodeURIComponent(key)}`).join("&")}`,
      );
      if (columns.version !== board.value?.version) return loadAll();
      take(columns);
      staleTimer ??= setTimeout(() => void loadStale(), STALE_AFTER_MS);
    } catch {
      // What could not be asked now is asked again with the next news, or when the server is back.
    }
  }, 300);
}

/** Loads the board once and keeps it up to date from then on. */
export function beginBoard(): void {
  if (hasBegun) return;
  hasBegun = true;
  void loadAll();
  subscribe((change) => {
    if (change.topic === "asset") (change.data as unknown as AssetNews).keys.forEach((key) => touched.add(key));
    else if (change.topic === "location" || change.topic === "reset") touched.add("*");
    else return;
    later();
  });
}

export const useBoard = beginBoard;

export const reloadBoard = (): void => void loadAll();
