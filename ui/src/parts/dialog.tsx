// A dialog over the page: focus stays inside, Escape closes, focus returns to where it was.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./icons";

export function Dialog(props: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  footer?: ComponentChildren;
  isWide?: boolean;
  bare?: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  // Before the first paint: a focus that came later would take away what is being typed elsewhere in the dialog.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const first = box.current?.querySelector<HTMLElement>(
      "[data-first], .body input, .body textarea, .body select, footer button.primary, footer button.danger",
    );
    (first ?? box.current)?.focus();
    return () => before?.focus?.();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      props.onClose();
    }
    if (event.key !== "Tab" || !box.current) return;
    const inside = [
      ...box.current.querySelectorAll<HTMLElement>("a[href], button:not(:disabled), input, textarea, select, [tabindex='0']"),
    ];
    const [first, last] = [inside[0], inside.at(-1)];
    if (event.shiftKey ? document.activeElement === first : document.activeElement === last) {
      event.preventDefault();
      (event.shiftKey ? last : first)?.focus();
    }
  };
  return (
    <div class="veil" onPointerDown={(event) => event.target === event.currentTarget && props.onClose()}>
      <div
        ref={box}
        class={`dialog ${props.isWide ? "wide" : ""} ${props.bare ? "palette" : ""}`}
        role="dialog"
        aria-modal="true"
        aria-label={props.title}
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        {props.bare ? (
          props.children
        ) : (
          <>
            <header>
              <span class="grow">{props.title}</span>
              <button class="plain" aria-label="Close" onClick={props.onClose}>
                <Icon name="close" />
              </button>
            </header>
            <div class="body">{props.children}</div>
            {props.footer && <footer>{props.footer}</footer>}
          </>
        )}
      </div>
    </div>
  );
}
