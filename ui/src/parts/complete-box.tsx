// A field for text with a grammar: what may come next is offered, and chosen by keyboard or pointer.
import { useRef, useState } from "preact/hooks";

export interface Offer {
  label: string;
  /** The whole text with it. */
  text: string;
}

interface Props {
  value: string;
  onChange: (value: string) => void;
  /** What may stand where the caret is. */
  offers: (text: string, caret: number) => Offer[];
  label: string;
  placeholder: string;
  error: string | null;
  id?: string;
}

export function CompleteBox({ value, onChange, offers, label, placeholder, error, id = "filter" }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const field = useRef<HTMLInputElement>(null);
  const list = isOpen ? offers(value, field.current?.selectionStart ?? value.length) : [];
  const choose = (n: number) => {
    const offer = list[n];
    if (!offer) return;
    onChange(offer.text);
    setAt(-1);
    setOpen(/[:(]$/.test(offer.text));
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") {
      setOpen(true);
      setAt(Math.min(list.length - 1, at + 1));
    } else if (event.key === "ArrowUp") setAt(Math.max(-1, at - 1));
    else if ((event.key === "Enter" || event.key === "Tab") && isOpen && at >= 0) choose(at);
    else if (event.key === "Escape") {
      if (isOpen) setOpen(false);
      else field.current?.blur();
    } else return;
    event.preventDefault();
  };
  return (
    <div class="complete">
      <input
        ref={field}
        id={id}
        type="search"
        role="combobox"
        aria-expanded={isOpen && list.length > 0}
        aria-controls={`${id}-offers`}
        aria-label={label}
        aria-invalid={Boolean(error)}
        title={error ?? undefined}
        autoComplete="off"
        spellcheck={false}
        placeholder={placeholder}
        value={value}
        onInput={(event) => {
          onChange(event.currentTarget.value);
          setOpen(true);
          setAt(-1);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setTimeout(() => setOpen(false), 150)}
        onKeyDown={onKeyDown}
      />
      {isOpen && list.length > 0 && (
        <ul id={`${id}-offers`} role="listbox" aria-label="Completions">
          {list.map((offer, n) => (
            <li
              key={offer.label}
              role="option"
              aria-selected={n === at}
              onPointerDown={(event) => {
                event.preventDefault();
                choose(n);
              }}
            >
              {offer.label}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
