// The rail: where one can go, search and settings.
import { Link, useLocation } from "wouter-preact";
import { Icon, type IconName } from "../parts/icons";
import { shown } from "../parts/keys";

export const PLACES: { label: string; href: string; icon: IconName; keys: string; owns: RegExp }[] = [
  { label: "Home", href: "/", icon: "home", keys: "g h", owns: /^\/$/ },
  { label: "Assets", href: "/assets", icon: "assets", keys: "g a", owns: /^\/asset/ },
  { label: "Graph", href: "/graph", icon: "graph", keys: "g g", owns: /^\/graph/ },
  { label: "Runs", href: "/runs", icon: "runs", keys: "g r", owns: /^\/(runs|diff)/ },
  { label: "Jobs", href: "/jobs", icon: "jobs", keys: "g j", owns: /^\/job/ },
  { label: "Automation", href: "/automation", icon: "automation", keys: "g t", owns: /^\/automation/ },
  { label: "System", href: "/system", icon: "system", keys: "g s", owns: /^\/system/ },
];

export function Rail({ onSearch, onSettings }: { onSearch: () => void; onSettings: () => void }) {
  const [path] = useLocation();
  return (
    <nav class="rail" aria-label="Pages">
      <Link class="brand hide-narrow" href="/" aria-label="Weftwork">
        <Icon name="brand" />
        <span class="label">Weftwork</span>
      </Link>
      {PLACES.map((place) => (
        <Link
          key={place.href}
          href={place.href}
          aria-current={place.owns.test(path) ? "page" : undefined}
          aria-label={place.label}
        >
          <Icon name={place.icon} />
          <span class="label">{place.label}</span>
        </Link>
      ))}
      <span class="bottom">
        <button aria-label={`Search ${shown("mod+k")}`} onClick={onSearch}>
          <Icon name="search" />
          <span class="label">
            Search <kbd>{shown("mod+k")}</kbd>
          </span>
        </button>
        <button class="hide-narrow" aria-label="Settings" onClick={onSettings}>
          <Icon name="settings" />
          <span class="label">Settings</span>
        </button>
      </span>
    </nav>
  );
}
