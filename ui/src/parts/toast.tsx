// Short news of what an action has done, with a link to the record of it.
import { signal } from "@preact/signals";
import { Link } from "wouter-preact";
import { ServerError } from "../data/http";
import { Copy } from "./copy";
import { Icon } from "./icons";

interface Toast {
  id: number;
  text: string;
  href?: string;
  undo?: () => void;
  isBad?: boolean;
}

const toasts = signal<Toast[]>([]);
let lastId = 0;

function close(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Where everything that was done is on record. */
export const RECORD = "/system?view=audit";

/** Says what was done, with a link to what came of it or to the record, or with a way back. */
export function tell(text: string, href?: string, undo?: () => void): void {
  const toast = { id: ++lastId, text, href, undo };
  toasts.value = [...toasts.value.slice(-3), toast];
  setTimeout(() => close(toast.id), 8000);
}

/** Says why something was not done; stays until it is closed. */
export function tellError(error: unknown): void {
  const text = error instanceof ServerError ? error.toText() : String(error);
  toasts.value = [...toasts.value.slice(-3), { id: ++lastId, text, isBad: true }];
}

export function Toasts() {
  return (
    <div class="toasts" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id} class={`toast ${toast.isBad ? "bad" : ""}`} role={toast.isBad ? "alert" : "status"}>
          {toast.isBad ? <pre class="grow">{toast.text}</pre> : <span class="grow">{toast.text}</span>}
          {toast.href && (
            <Link class="link" href={toast.href}>
              {toast.href === RECORD ? "Record" : "Open"}
            </Link>
          )}
          {toast.undo && (
            <button
              class="small"
              onClick={() => {
                close(toast.id);
                toast.undo!();
              }}
            >
              Undo
            </button>
          )}
          {toast.isBad && <Copy text={toast.text} label="Copy error" />}
          <button class="plain small" aria-label="Close" onClick={() => close(toast.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
