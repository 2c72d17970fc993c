// System: code locations, the instance, pools, tokens and what was done by whom, each at its own address.
import { Link } from "wouter-preact";
import { useQuery, withQuery } from "../data/address";
import { Page } from "../frame/page";
import { Audit } from "./audit";
import { Instance, Pools } from "./instance";
import { Locations, ReloadAll } from "./locations";
import { Tokens } from "./tokens";
import "../style/system.css";

const VIEWS: [string, string][] = [["locations", "Code locations"], ["instance", "Instance"], ["pools", "Pools"], ["tokens", "Tokens"], ["audit", "Audit log"]];

export default function SystemPage() {
  const [view] = useQuery("view", "locations");
  const known = VIEWS.some(([name]) => name === view) ? view : "locations";
  return (
    <Page title="System" actions={known === "locations" ? <ReloadAll /> : undefined}>
      <nav class="tabs" aria-label="Parts of the system">
        {VIEWS.map(([name, words]) => <Link key={name} href={withQuery("/system", { view: name === "locations" ? null : name, at: null })} aria-current={name === known ? "page" : undefined}>{words}</Link>)}
      </nav>
      <div class="page scroll grow-down" tabIndex={0}>
        {known === "locations" && <Locations />}
        {known === "instance" && <Instance />}
        {known === "pools" && <Pools />}
        {known === "tokens" && <Tokens />}
        {known === "audit" && <Audit />}
      </div>
    </Page>
  );
}
