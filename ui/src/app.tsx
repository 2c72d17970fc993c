// The pages and where they are; what is not needed at first is loaded with its page.
import { lazy, Suspense } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { Route, Switch, useLocation } from "wouter-preact";
import { needsLogin } from "./data/http";
import { me, meet } from "./data/person";
import { Boundary } from "./frame/boundary";
import { Page } from "./frame/page";
import { Palette } from "./frame/palette";
import { PLACES, Rail } from "./frame/rail";
import { KeyList, Login, Settings } from "./frame/settings";
import { useKeys } from "./parts/keys";
import { Loading, None } from "./parts/states";
import { Toasts } from "./parts/toast";
import { AssetsPage } from "./assets/list";
import { HomePage } from "./home/page";
import { RunsPage } from "./runs/list";

const RunPage = lazy(() => import("./run/page"));
const DiffPage = lazy(() => import("./runs/diff"));
const AssetPage = lazy(() => import("./asset/page"));
const GraphPage = lazy(() => import("./graph/page"));
const JobsPage = lazy(() => import("./jobs/list"));
const JobPage = lazy(() => import("./jobs/job"));
const AutomationPage = lazy(() => import("./automation/list"));
const InstigatorPage = lazy(() => import("./automation/instigator"));
const SystemPage = lazy(() => import("./system/page"));

export function App() {
  const [open, setOpen] = useState<"palette" | "keys" | "settings" | null>(null);
  const [, go] = useLocation();
  const close = () => setOpen(null);
  useEffect(() => void meet(), []);
  useKeys([
    { keys: "mod+k", label: "Search", run: () => setOpen(open === "palette" ? null : "palette") },
    { keys: "/", label: "Search", run: () => setOpen("palette") },
    { keys: "?", label: "Show all keys", run: () => setOpen("keys") },
    { keys: ",", label: "Settings", run: () => setOpen("settings") },
    ...PLACES.map((place) => ({ keys: place.keys, label: `Go to ${place.label}`, run: () => go(place.href) })),
  ]);
  if (needsLogin.value && !me.value) return <Login />;
  return (
    <>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("content")?.focus();
        }}
      >
        Skip to the page
      </a>
      <Rail onSearch={() => setOpen("palette")} onSettings={() => setOpen("settings")} />
      <Boundary>
        <Suspense
          fallback={
            <main class="main">
              <Loading />
            </main>
          }
        >
          <Switch>
            <Route path="/" component={HomePage} />
            <Route path="/assets" component={AssetsPage} />
            <Route path="/asset" component={AssetPage} />
            <Route path="/graph" component={GraphPage} />
            <Route path="/runs" component={RunsPage} />
            <Route path="/runs/:id">{(params) => <RunPage key={params.id} id={decodeURIComponent(params.id!)} />}</Route>
            <Route path="/diff/:a/:b">{(params) => <DiffPage a={params.a!} b={params.b!} />}</Route>
            <Route path="/jobs" component={JobsPage} />
            <Route path="/job" component={JobPage} />
            <Route path="/automation" component={AutomationPage} />
            <Route path="/automation/one" component={InstigatorPage} />
            <Route path="/system" component={SystemPage} />
            <Route>
              <Page title="No such page">
                <None title="There is nothing at this address">
                  <a class="link" href="/">
                    Go to Home
                  </a>
                </None>
              </Page>
            </Route>
          </Switch>
        </Suspense>
      </Boundary>
      {needsLogin.value && <Login isOver />}
      {open === "palette" && <Palette onClose={close} />}
      {open === "keys" && <KeyList onClose={close} />}
      {open === "settings" && <Settings onClose={close} />}
      <Toasts />
    </>
  );
}
