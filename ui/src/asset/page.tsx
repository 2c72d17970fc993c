// An asset: how it stands, its partitions, what happened to it, its checks, what it depends on, how it is defined.
import { useEffect, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { assetPath, useQuery } from "../data/address";
import type { AssetNews, AssetReport } from "../data/contract";
import { hindrance } from "../data/person";
import { useResource } from "../data/resource";
import { Page } from "../frame/page";
import { useKeys } from "../parts/keys";
import { Menu, type Action } from "../parts/menu";
import { Await, None } from "../parts/states";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { useBoard } from "../assets/board";
import { Checks } from "./checks";
import { Definition } from "./definition";
import { Events } from "./events";
import { Lineage } from "./lineage";
import { evaluateChecks, Launch, type LaunchKind } from "../assets/launch";
import { Overview } from "./overview";
import { Partitions } from "./partitions/view";
import { Report, Wipe } from "./record";
import { AssetRuns } from "./runs";

export default function AssetPage() {
  useBoard();
  const [key] = useQuery("key");
  const [view] = useQuery("view", "overview");
  const [launching, setLaunching] = useState<{ kind: LaunchKind; partition: string } | null>(null);
  const [open, setOpen] = useState<"report" | "wipe" | null>(null);
  const [, go] = useLocation();
  const report = useResource<AssetReport>(
    `/asset?key=${encodeURIComponent(key)}`,
    (change) =>
      change.topic === "location" || (change.topic === "asset" && (change.data as unknown as AssetNews).keys.includes(key)),
  );
  const data = report.data;
  // An address may ask for an action, as search does; it is a dialog, so nothing starts by itself.
  const [doing, setDoing] = useQuery("do");
  useEffect(() => {
    if (!data || (doing !== "materialize" && doing !== "observe")) return;
    setDoing("");
    const isAble = doing === "observe" ? data.definition?.is_observable : data.definition?.is_materializable;
    if (isAble) setLaunching({ kind: doing, partition: "" });
  }, [doing, data !== null]);
  const canMake = data?.definition?.is_materializable ?? false;
  const refusal = hindrance("launch");
  const materialize = (partition = "") => setLaunching({ kind: "materialize", partition });
  const actions: Action[] = !data
    ? []
    : [
        { label: "Materialize", keys: "m", run: () => materialize(), hindrance: canMake ? refusal : "Nothing here makes it." },
        {
          label: "Materialize with all upstream",
          run: () => go(`/assets?q=${encodeURIComponent(`+key:"${key}"`)}`),
          hindrance: canMake ? refusal : "Nothing here makes it.",
        },
        {
          label: "Observe",
          keys: "o",
          run: () => setLaunching({ kind: "observe", partition: "" }),
          hindrance: data.definition?.is_observable ? refusal : "Nothing here observes it.",
        },
        {
          label: "Evaluate all checks",
          run: () => void evaluateChecks({ assets: [key] }, go),
          hindrance: data.checks.some((check) => check.is_defined) ? refusal : "It has no checks.",
        },
        { label: "Show in graph", keys: "s", run: () => go(`/graph?q=${encodeURIComponent(`2+key:"${key}"+2`)}`) },
        { label: "Report an event", run: () => setOpen("report"), hindrance: hindrance("edit") },
        { label: "Wipe what is known", run: () => setOpen("wipe"), isDangerous: true, hindrance: hindrance("edit") },
      ];
  useKeys(
    actions
      .filter((each) => each.keys && !each.hindrance)
      .map((each) => ({ keys: each.keys!, label: each.label, run: each.run })),
  );
  if (!key)
    return (
      <Page title="Asset" path={[["Assets", "/assets"]]}>
        <None title="No asset is named in the address">
          <Link class="link" href="/assets">
            All assets
          </Link>
        </None>
      </Page>
    );
  const tabs: [string, string][] = [
    ["overview", "Overview"],
    ...(data?.definition?.partitions || data?.asset.partitions ? [["partitions", "Partitions"] as [string, string]] : []),
    ["events", "Events"],
    ["checks", `Checks${data?.checks.length ? ` (${data.checks.length})` : ""}`],
    ["runs", "Runs"],
    ["lineage", "Lineage"],
    ["definition", "Definition"],
  ];
  return (
    <Page
      title={key}
      path={[["Assets", "/assets"]]}
      chips={
        data && (
          <>
            <Status value={data.asset.status === "MATERIALIZED" && data.stale.length ? "STALE" : data.asset.status} />
            {data.asset.materialized_at && (
              <span class="hide-narrow">
                <Time at={data.asset.materialized_at} />
              </span>
            )}
          </>
        )
      }
      actions={
        data && (
          <>
            <button
              class="primary"
              disabled={!canMake || Boolean(refusal)}
              title={canMake ? (refusal ?? undefined) : "Nothing here makes it."}
              onClick={() => materialize()}
            >
              Materialize <kbd class="hide-narrow">m</kbd>
            </button>
            <Menu actions={actions} />
          </>
        )
      }
    >
      <nav class="tabs" aria-label="Views">
        {tabs.map(([name, label]) => (
          <Link
            key={name}
            href={assetPath(key, name === "overview" ? undefined : name)}
            aria-current={view === name ? "page" : undefined}
          >
            {label}
          </Link>
        ))}
      </nav>
      <Await of={report}>
        {(asset) =>
          view === "partitions" ? (
            <Partitions assetKey={key} onMaterialize={materialize} canMake={canMake} />
          ) : view === "events" ? (
            <Events assetKey={key} />
          ) : view === "checks" ? (
            <Checks report={asset} />
          ) : view === "runs" ? (
            <AssetRuns assetKey={key} />
          ) : view === "lineage" ? (
            <Lineage assetKey={key} />
          ) : view === "definition" ? (
            <Definition report={asset} />
          ) : (
            <Overview report={asset} />
          )
        }
      </Await>
      {launching && (
        <Launch kind={launching.kind} keys={[key]} partition={launching.partition} onClose={() => setLaunching(null)} />
      )}
      {open === "report" && <Report assetKey={key} onClose={() => setOpen(null)} />}
      {open === "wipe" && data && <Wipe report={data} onClose={() => setOpen(null)} />}
    </Page>
  );
}
