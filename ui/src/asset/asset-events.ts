// The events of an asset, newest first: of one type, or of all types merged.
import { useMemo, useState } from "preact/hooks";
import type { AssetEventPage, AssetEventView, AssetNews } from "../data/contract";
import { get, query, type ServerError } from "../data/http";
import { useResource, type Resource } from "../data/resource";
import type { Change } from "../data/stream";
import { tellError } from "../parts/toast";

export const TYPES = ["materialization", "observation", "failure"] as const;

export interface EventList {
  events: AssetEventView[];
  hasMore: boolean;
}

/** Merges pages of several types; what is older than the end of a page that goes on is kept back until its next page is there. */
export function merged(pages: AssetEventPage[]): EventList {
  const end = Math.max(...pages.map((page) => (page.cursor ? (page.events.at(-1)?.id ?? 0) : 0)));
  const events = pages
    .flatMap((page) => page.events)
    .filter((event) => event.id >= end)
    .sort((a, b) => b.id - a.id);
  return { events, hasMore: pages.some((page) => page.cursor) };
}

function joined(first: AssetEventPage, later: AssetEventPage | undefined): AssetEventPage {
  return later ? { events: [...first.events, ...later.events], cursor: later.cursor } : first;
}

/**
 * Follows the events of an asset.
 *
 * @param type one of TYPES; "" for all of them.
 */
export function useAssetEvents(
  key: string,
  type: string,
  partition: string,
  limit: number,
): Resource<EventList> & { more: () => void } {
  const pathOf = (each: string) => `/asset/events${query({ key, type: each, partition: partition ? [partition] : [], limit })}`;
  const concerns = (change: Change) => change.topic === "asset" && (change.data as unknown as AssetNews).keys.includes(key);
  const isWanted = (each: string) => !type || type === each;
  const firsts = [
    useResource<AssetEventPage>(isWanted(TYPES[0]) ? pathOf(TYPES[0]) : null, concerns),
    useResource<AssetEventPage>(isWanted(TYPES[1]) ? pathOf(TYPES[1]) : null, concerns),
    useResource<AssetEventPage>(isWanted(TYPES[2]) ? pathOf(TYPES[2]) : null, concerns),
  ];
  const asked = [key, type, partition].join("\n");
  const [later, setLater] = useState<{ asked: string; pages: (AssetEventPage | undefined)[] }>({ asked, pages: [] });
  const own = later.asked === asked ? later.pages : [];
  const parts = firsts.map((first, n) => (first.data ? joined(first.data, own[n]) : null));
  const isThere = TYPES.every((each, n) => !isWanted(each) || parts[n] !== null);
  const data = useMemo(
    () => (isThere ? merged(parts.filter((page) => page !== null)) : null),
    [isThere, later, ...firsts.map((first) => first.data)],
  );
  const error: ServerError | null = firsts.find((first) => first.error)?.error ?? null;
  const more = async () => {
    try {
      const pages = await Promise.all(
        TYPES.map(async (each, n) => {
          const cursor = parts[n]?.cursor;
          if (!cursor) return own[n];
          const page = await get<AssetEventPage>(`${pathOf(each)}&cursor=${encodeURIComponent(cursor)}`);
          return { events: [...(own[n]?.events ?? []), ...page.events], cursor: page.cursor };
        }),
      );
      setLater({ asked, pages });
    } catch (problem) {
      tellError(problem);
    }
  };
  return { data, error, reload: () => firsts.forEach((first) => first.reload()), more: () => void more() };
}
