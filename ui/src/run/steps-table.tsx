// The steps of a run as a table.
import { useMemo } from "preact/hooks";
import { useQuery, withQuery } from "../data/address";
import type { RunTimeline } from "../data/contract";
import { Loading } from "../parts/states";
import { Status } from "../parts/status";
import { Table } from "../parts/table";
import { duration } from "../text/words";
import { spanOf, statusOf, wordsOf } from "./steps";

export function StepsTable({ of }: { of: RunTimeline | null }) {
  const [sort, setSort] = useQuery("sort");
  const rows = useMemo(() => of?.keys.map((key, n) => ({ n, key })) ?? [], [of]);
  if (!of) return <Loading />;
  const span = (n: number) => spanOf(of, n, of.now);
  return (
    <Table
      label="Steps"
      storedAs="steps"
      rows={rows}
      id={(row) => row.key}
      sort={sort}
      onSort={setSort}
      href={(row) => withQuery(location.pathname, { view: null, step: row.key })}
      columns={[
        { name: "step", title: "Step", width: "minmax(160px, 3fr)", cell: (row) => row.key, order: (row) => row.key },
        {
          name: "status",
          title: "Status",
          width: "130px",
          cell: (row) => <Status value={statusOf(of.statuses[row.n]!)} words={wordsOf(of.statuses[row.n]!)} />,
          order: (row) => of.statuses[row.n]!,
        },
        {
          name: "start",
          title: "Started after",
          width: "110px",
          isNumber: true,
          isExtra: true,
          cell: (row) => {
            const at = span(row.n);
            return at ? duration(at[0] - (of.started_at ?? of.created_at)) : "–";
          },
          order: (row) => span(row.n)?.[0] ?? null,
        },
        {
          name: "duration",
          title: "Duration",
          width: "100px",
          isNumber: true,
          cell: (row) => {
            const at = span(row.n);
            return at ? duration(at[1] - at[0]) : "–";
          },
          order: (row) => {
            const at = span(row.n);
            return at ? at[1] - at[0] : null;
          },
        },
        {
          name: "attempts",
          title: "Attempts",
          width: "90px",
          isNumber: true,
          isExtra: true,
          cell: (row) => of.attempts[row.n]!.length,
          order: (row) => of.attempts[row.n]!.length,
        },
        {
          name: "assets",
          title: "Assets",
          width: "minmax(100px, 2fr)",
          isExtra: true,
          cell: (row) => of.assets[row.n]!.join(", "),
        },
      ]}
    />
  );
}
