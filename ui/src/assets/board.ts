// All assets and how they stand, in memory: one request for the graph, one for the states, then only news.
import { signal } from "@preact/signals";
import type { AssetGraphView, AssetNews, AssetStatusColumns } from "../data/contract";
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
}

export interface Board {
  version: string;
  assets: Asset[];
  byKey: Map<string, Asset>;
}

export const UNKNOWN: Standing = { status: "UNKNOWN", at: null, run: null, partitions: null, checks: null };

/** null until the server has answered. */
export const board = signal<Board | null>(null);
/** How the assets stand, by number; a new array with every change. */
export const standings = signal<Standing[]>([]);
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
  const next = standings.value.slice();
  columns.numbers.forEach((number, n) => {
    next[number] = {
      status: columns.names[columns.status[n]!]!,
      at: columns.at[n]!,
      run: columns.run[n]!,
      partitions: columns.partitions[n]!,
      checks: columns.checks[n]!,
    };
  });
  standings.value = next;
}

async function loadAll(): Promise<void> {
  try {
    const [graph, status] = await Promise.all([get<AssetGraphView>("/assets/graph"), get<AssetStatusColumns>("/assets/status")]);
    if (board.value?.version !== graph.version) {
      board.value = toBoard(graph);
      standings.value = graph.keys.map(() => UNKNOWN);
    }
    take(status);
    boardError.value = null;
  } catch (error) {
    boardError.value = error instanceof ServerError ? error : new ServerError(0, String(error), null, "/assets/graph");
  }
}

let hasBegun = false;
let touched = new Set<string>();
let timer: ReturnType<typeof setTimeout> | null = null;

function later(): void {
  timer ??= setTimeout(async () => {
    timer = null;
    const keys = [...touched];
    touched = new Set();
    if (keys.includes("*") || keys.length > 60) return loadAll();
    try {
      const columns = await get<AssetStatusColumns>(`/assets/status?${keys.map((key) => `key=${encodeURIComponent(key)}`).join("&")}`);
      if (columns.version === board.value?.version) take(columns);
      else await loadAll();
    } catch {
      // What could not be asked now is asked again with the next news, or when the server is back.
    }
  }, 300);
}

/** Loads the board once and keeps it up to date from then on. */
export function useBoard(): void {
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

export const reloadBoard = (): void => void loadAll();
