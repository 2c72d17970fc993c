// A button that copies a text.
import { useState } from "preact/hooks";
import { Icon } from "./icons";

export function Copy({
  text,
  label = "Copy",
  isNamed,
}: {
  text: string | (() => string);
  label?: string;
  /** Whether the label is shown beside the sign. */
  isNamed?: boolean;
}) {
  const [isDone, setDone] = useState(false);
  const copy = async (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
    const value = typeof text === "string" ? text : text();
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      copyByHand(value);
    }
    setDone(true);
    setTimeout(() => setDone(false), 1200);
  };
  return (
    <button type="button" class="plain small" title={label} aria-label={label} onClick={copy}>
      <Icon name="copy" />
      {isDone ? <span role="status">Copied</span> : isNamed && label}
    </button>
  );
}

/** Pages that are not served over https have no clipboard; a selected field has. */
function copyByHand(value: string): void {
  const field = document.createElement("textarea");
  field.value = value;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
