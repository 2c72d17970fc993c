// What a page says when nothing is defined: that there is nothing, or that the code is still loaded or cannot be.
import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import type { LocationList } from "../data/contract";
import { useResource } from "../data/resource";
import { Await, None } from "./states";
import { Shape } from "./status";

export function Undefined(props: { title: string; command: string; children: ComponentChildren }) {
  const list = useResource<LocationList>("/locations", (change) => change.topic === "location");
  return (
    <Await of={list}>
      {({ locations }) => {
        const broken = locations.filter((each) => each.error !== null);
        const loading = locations.filter((each) => each.status === "loading");
        if (!broken.length && !loading.length) return <None {...props} />;
        return (
          <None title={broken.length ? "The code cannot be loaded" : "The code is still loaded"}>
            {broken.map((each) => (
              <p key={each.name} class="row top">
                <Shape tone="failure" />
                <span>
                  <strong>{each.name}</strong> {each.error!.message.split("\n")[0]}
                </span>
              </p>
            ))}
            {loading.map((each) => (
              <p key={each.name} class="row">
                <Shape tone="running" />
                <strong>{each.name}</strong>
              </p>
            ))}
            <Link class="link" href="/system">
              Show code locations
            </Link>
          </None>
        );
      }}
    </Await>
  );
}
