// System: code locations, the instance, pools, tokens and what was done by whom, each at its own address.
import { Link } from "wouter-preact";
import { useQuery, withQuery } from "../data/address";
import { Page } from "../frame/page";
import { Audit } from "./audit";
import { DynamicPartitions } from "./dynamic";
import { Instance } from "./instance";
import { Locations, ReloadAll } from "./locations";
import { Pools } from "./pools";
import { Processes } from "./processes";
import { Tokens } from "./tokens";
import "../style/system.css";

const VIEWS: [string, string][] = [
  ["locations", "Code locations"],
  ["processes", "Processes"],
  ["instance", "Instance"],
  ["pools", "Pools"],
  ["partitions", "Dynamic partitions"],
  ["tokens", "Tokens"],
  ["audit", "Audit log"],
];

export default function SystemPage() {
  const [view] = useQuery("view", "locations");
  const known = VIEWS.some(([name]) => name === view) ? view : "locations";
  return (
    <Page title="System" actions={known === "locations" ? <ReloadAll /> : undefined}>
      <nav class="tabs" aria-label="Parts of the system">
        {VIEWS.map(([name, words]) => (
          <Link
            key={name}
            href={withQuery("/system", { view: name === "locations" ? null : name, at: null, q: null })}
            aria-current={name === known ? "page" : undefined}
          >
            {words}
          </Link>
        ))}
      </nav>
      <div class="page scroll grow-down" tabIndex={0}>
        {known === "locations" && <Locations />}
        {known === "processes" && <Processes />}
        {known === "partitions" && <DynamicPartitions />}
        {known === "instance" && <Instance />}
        {known === "pools" && <Pools />}
        {known === "tokens" && <Tokens />}
        {known === "audit" && <Audit />}
      </div>
    </Page>
  );
}
