// A button with a list of actions.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icons";
import { shown } from "./keys";

export interface Action {
  label: string;
  run: () => void;
  keys?: string;
  isDangerous?: boolean;
  /** Why it cannot be done now. */
  hindrance?: string | null;
}

export function Menu({
  actions,
  label = "More actions",
  children,
}: {
  actions: Action[];
  label?: string;
  children?: ComponentChildren;
}) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!isOpen) return;
    root.current?.querySelector<HTMLElement>("ul button")?.focus();
    const close = (event: Event) => !root.current?.contains(event.target as Node) && setOpen(false);
    addEventListener("pointerdown", close);
    return () => removeEventListener("pointerdown", close);
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen) return;
    if (event.key === "Escape") {
      setOpen(false);
      root.current?.querySelector("button")?.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const items = [...root.current!.querySelectorAll<HTMLElement>("ul button:not(:disabled)")];
      const at = items.indexOf(document.activeElement as HTMLElement) + (event.key === "ArrowDown" ? 1 : -1);
      items[(at + items.length) % items.length]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // The button has the focus again before the action opens anything, so that it comes back here afterwards.
  const choose = (action: Action) => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
    action.run();
  };
  if (!actions.length) return null;
  return (
    <div class="menu" ref={root} onKeyDown={onKeyDown}>
      <button
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={children ? undefined : label}
        title={label}
        onClick={() => setOpen(!isOpen)}
      >
        {children ?? <Icon name="more" />}
      </button>
      {isOpen && (
        <ul role="menu">
          {actions.map((action) => (
            <li role="none" key={action.label}>
              <button
                role="menuitem"
                class={action.isDangerous ? "danger" : ""}
                disabled={Boolean(action.hindrance)}
                title={action.hindrance ?? undefined}
                onClick={() => choose(action)}
              >
                {action.label}
                {action.keys && <kbd>{shown(action.keys)}</kbd>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
