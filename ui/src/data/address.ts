// State of a page in its address: back, forward and links always work.
import { useCallback } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";

/** Follows one value of the query; setting it to the default takes it out of the address. */
export function useQuery(name: string, standard = ""): [string, (value: string, replace?: boolean) => void] {
  const search = useSearch();
  const [, go] = useLocation();
  const value = new URLSearchParams(search).get(name) ?? standard;
  const set = useCallback(
    (next: string, replace = true) => go(withQuery(location.pathname, { [name]: next === standard ? null : next }), { replace }),
    [go, name, standard],
  );
  return [value, set];
}

/** The present query with some values changed (null takes out), at a path. */
export function withQuery(path: string, changes: Record<string, string | null>): string {
  const search = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) search.delete(name);
    else search.set(name, value);
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

// Keys and names may hold dots, slashes and anything else, so they stand in the query.
const named = (path: string, values: Record<string, string | null | undefined>): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) search.set(name, value);
  return `${path}?${search.toString().replaceAll("%2F", "/")}`;
};

export const assetPath = (key: string, view?: string): string => named("/asset", { key, view });
export const runPath = (id: string): string => `/runs/${encodeURIComponent(id)}`;
export const jobPath = (name: string, location?: string | null, view?: string): string => named("/job", { name, location, view });
export const instigatorPath = (name: string, location?: string | null): string => named("/automation/one", { name, location });
