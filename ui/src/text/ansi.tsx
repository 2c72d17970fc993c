// Colours and weights that programs write into their output, as elements.
import type { ComponentChildren } from "preact";

const COLOURS = ["ink-soft", "failure", "success", "warning", "running", "stale", "accent", "ink"];
const SEQUENCE = /\u001b\[([0-9;]*)([A-Za-z])|[\u0000-\u0008\u000b-\u001f]/g;

/** Turns a line with escape sequences into spans; other sequences are left out. */
export function fromAnsi(line: string): ComponentChildren {
  if (!line.includes("\u001b")) return line;
  const parts: ComponentChildren[] = [];
  let colour = "";
  let isBold = false;
  let from = 0;
  const push = (text: string) => {
    if (!text) return;
    parts.push(
      colour || isBold ? (
        <span style={{ color: colour && `var(--${colour})`, fontWeight: isBold ? 600 : undefined }}>{text}</span>
      ) : (
        text
      ),
    );
  };
  for (const match of line.matchAll(SEQUENCE)) {
    push(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] !== "m") continue;
    for (const code of (match[1] || "0").split(";").map(Number)) {
      if (code === 0) [colour, isBold] = ["", false];
      else if (code === 1) isBold = true;
      else if (code === 22) isBold = false;
      else if (code === 39) colour = "";
      else if (code >= 30 && code <= 37) colour = COLOURS[code - 30]!;
      else if (code >= 90 && code <= 97) colour = COLOURS[code - 90]!;
    }
  }
  push(line.slice(from));
  return parts;
}
