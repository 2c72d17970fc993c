// The panel beside a page that shows the selected thing; its width is dragged and remembered.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { load, save } from "../data/stored";
import { Icon } from "./icons";

const [LEAST, MOST] = [320, 480];

export function Side({
  label,
  title,
  onClose,
  children,
}: {
  label: string;
  title?: ComponentChildren;
  onClose?: () => void;
  children: ComponentChildren;
}) {
  const [width, setWidth] = useState(() => load("side", 340));
  const set = (next: number) => {
    const fitted = Math.round(Math.max(LEAST, Math.min(MOST, next)));
    setWidth(fitted);
    save("side", fitted);
  };
  const drag = (event: PointerEvent) => {
    event.preventDefault();
    const move = (moved: PointerEvent) => set(width + event.clientX - moved.clientX);
    addEventListener("pointermove", move);
    addEventListener("pointerup", () => removeEventListener("pointermove", move), { once: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    set(width + (event.key === "ArrowLeft" ? 20 : -20));
  };
  return (
    <div class="side-holder" style={{ "--side": `${width}px` }}>
      <i
        class="side-grip"
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the panel"
        aria-valuenow={width}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        tabIndex={0}
        onPointerDown={drag}
        onKeyDown={onKeyDown}
      />
      <aside class="side scroll" aria-label={label} tabIndex={0}>
        {(title || onClose) && (
          <div class="row">
            {title}
            {onClose && (
              <button class="plain" aria-label="Close" onClick={onClose}>
                <Icon name="close" />
              </button>
            )}
          </div>
        )}
        {children}
      </aside>
    </div>
  );
}
