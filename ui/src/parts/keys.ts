// Keyboard: one listener, single keys and sequences, and a list of what works at the moment.
import { useLayoutEffect, useRef } from "preact/hooks";

export interface Key {
  /** As typed: "?", "e", "g r", "mod+k" (Cmd or Ctrl), "shift+x". */
  keys: string;
  /** What it does, for the list of keys. */
  label: string;
  run: () => void;
}

const active: Key[][] = [];
let started: string | null = null;
let startedAt = 0;

const isMac = /Mac|iP(hone|ad)/.test(navigator.userAgent);

/** How a key is shown to people. */
export function shown(keys: string): string {
  return keys
    .replace("mod+", isMac ? "⌘" : "Ctrl-")
    .replace("shift+", "⇧")
    .replace(/\b[a-z]\b/g, (key) => (keys.includes("mod+") ? key.toUpperCase() : key));
}

/** What can be pressed now, inner pages first. */
export function activeKeys(): Key[] {
  const seen = new Set<string>();
  return [...active]
    .reverse()
    .flat()
    .filter((key) => !seen.has(key.keys) && seen.add(key.keys));
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isLetter = /^[a-z]$/.test(key);
  return (event.metaKey || event.ctrlKey ? "mod+" : "") + (event.shiftKey && (isLetter || key.length > 1) ? "shift+" : "") + key;
}

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  if (!element) return false;
  if (element instanceof HTMLInputElement) return !["checkbox", "radio", "range", "button"].includes(element.type);
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement || element.isContentEditable;
}

addEventListener("keydown", (event) => {
  if (event.altKey || event.isComposing || event.defaultPrevented) return;
  const name = nameOf(event);
  if (!name.startsWith("mod+") && isTyping(event.target)) return;
  if (document.querySelector("[aria-modal]") && name !== "mod+k") return;
  const all = activeKeys();
  const sequence = started && performance.now() - startedAt < 1200 ? `${started} ${name}` : null;
  const found = all.find((key) => key.keys === sequence) ?? all.find((key) => key.keys === name);
  started = null;
  if (found) {
    event.preventDefault();
    found.run();
  } else if (all.some((key) => key.keys.startsWith(`${name} `))) {
    started = name;
    startedAt = performance.now();
  }
});

/** Makes keys work while the component is shown. */
export function useKeys(keys: Key[]): void {
  const current = useRef(keys);
  current.current = keys;
  // Before the page is painted: what is seen can be pressed.
  useLayoutEffect(() => {
    const mine = current.current.map((key) => ({
      keys: key.keys,
      label: key.label,
      run: () => current.current.find((now) => now.keys === key.keys)?.run(),
    }));
    active.push(mine);
    return () => void active.splice(active.indexOf(mine), 1);
  }, [keys.map((key) => key.keys).join()]);
}
