// The pages and where they are.

/** Runs that the pages are about. */
export interface Runs {
  failed: string;
  mapped: string;
}

/** Name, address, and a text that stands there once the answer has come. */
export const PAGES: [string, (runs: Runs) => string, string][] = [
  ["home", () => "/", "Runs"],
  ["runs", () => "/runs", "nested"],
  ["runs by steps", () => "/runs?view=grid", "doubled_all.fan"],
  ["failed run", ({ failed }) => `/runs/${failed}`, "ValueError"],
  ["run", ({ mapped }) => `/runs/${mapped}`, "doubled_all.fan"],
  ["steps of a run", ({ mapped }) => `/runs/${mapped}?view=steps`, "doubled_all.collect"],
  ["graph of a run", ({ mapped }) => `/runs/${mapped}?view=graph&step=tell`, "Waits for"],
  ["step of a run", ({ mapped }) => `/runs/${mapped}?step=doubled_all.collect`, "Inputs"],
  ["what a run made", ({ mapped }) => `/runs/${mapped}?view=made`, "no assets"],
  ["config of a run", ({ mapped }) => `/runs/${mapped}?view=config`, "double"],
  ["difference of runs", ({ failed, mapped }) => `/diff/${failed}/${mapped}`, "largest change first"],
  ["assets", () => "/assets", "users"],
  ["asset", () => "/asset?key=users", "Latest materialization"],
  ["partitions", () => "/asset?key=orders&view=partitions", "2026-08-02"],
  ["partitions of two dimensions", () => "/asset?key=visits&view=partitions", "region"],
  ["events", () => "/asset?key=users&view=events", "Materialized"],
  ["checks", () => "/asset?key=names&view=checks", "3 names are empty"],
  ["runs of an asset", () => "/asset?key=users&view=runs", "Materialized"],
  ["lineage", () => "/asset?key=report&view=lineage", "Depends on"],
  ["definition", () => "/asset?key=orders&view=definition", "io_manager"],
  ["graph", () => "/graph?at=report", "A report that fails."],
  ["tree", () => "/graph?view=tree", "names"],
  ["jobs", () => "/jobs", "loading"],
  ["job", () => "/job?name=nested", "doubled_all"],
  ["nested graph", () => "/job?name=nested&in=doubled_all&at=double", "Inputs"],
  ["launch", () => "/job?name=loading&view=launch", "path"],
  ["runs of a job", () => "/job?name=nested&view=runs", "Succeeded"],
  ["automation", () => "/automation", "every_morning"],
  ["schedule", () => "/automation/one?name=every_morning", "Ticks"],
  ["system", () => "/system", "Loaded"],
  ["instance", () => "/system?view=instance", "Python"],
  ["processes", () => "/system?view=processes", "Alive"],
  ["pools", () => "/system?view=pools", "post"],
  ["dynamic partitions", () => "/system?view=partitions&at=files", "files"],
  ["tokens", () => "/system?view=tokens", "token"],
  ["audit", () => "/system?view=audit", "materialize"],
  ["no page", () => "/nothing/here", "nothing at this address"],
];
