// Why an asset is stale, with links to what has changed.
import { Link } from "wouter-preact";
import { assetPath } from "../data/address";
import type { StaleReason } from "../data/contract";

const SHOWN = 8;

export function StaleWhy({ reasons }: { reasons: StaleReason[] }) {
  return (
    <ul class="links">
      {reasons.slice(0, SHOWN).map((reason) => (
        <li key={reason.text} class="row wrap">
          <span class="chip">{reason.category}</span>
          <span class="grow break">{reason.text}</span>
          {reason.asset && (
            <Link class="link cut" href={assetPath(reason.asset)}>
              {reason.asset}
            </Link>
          )}
        </li>
      ))}
      {reasons.length > SHOWN && <li class="soft">and {reasons.length - SHOWN} more</li>}
    </ul>
  );
}
