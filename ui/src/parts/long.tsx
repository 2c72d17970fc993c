// A text that may be very long: its beginning, more on demand, all of it to copy.
import { useState } from "preact/hooks";
import { bytes } from "../text/words";
import { Copy } from "./copy";

const SHORT = 1000;
/** More than this is not shown at once: a browser draws it for seconds. */
const LONGEST = 100_000;

/** Whether a text is too long to be shown as it is. */
export const isLong = (text: string): boolean => text.length > SHORT;

export function Long({ text, isCode }: { text: string; isCode?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen
    ? text.slice(0, LONGEST)
    : isCode
      ? text.slice(0, SHORT).replace(/\s+/g, " ").slice(0, 90)
      : text.slice(0, SHORT / 4);
  return (
    <div class="long">
      {isOpen ? (
        <pre class="sunken" tabIndex={0} dir="auto">
          {shown}
        </pre>
      ) : (
        <span class={isCode ? "mono break" : "break"} dir="auto">
          {shown}…
        </span>
      )}
      <span class="row">
        <button type="button" class="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Show less" : `Show all, ${bytes(text.length)}`}
        </button>
        <Copy text={text} label="Copy all" />
        {isOpen && text.length > LONGEST && <span class="soft">The first {bytes(LONGEST)}; a copy has all.</span>}
      </span>
    </div>
  );
}
