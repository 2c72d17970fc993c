// Parts of a form that hold others: one of several choices, a list of items, a mapping with free names.
import { useState } from "preact/hooks";
import { choicesOf, firstValue, mappedOf, type Schema } from "./schema";
import { SchemaForm, type FormProps } from "./schema-form";
import { isObject, withValue, type Data } from "./values";

type Props = FormProps & { value: unknown };

function Head({ path, isRequired, schema, problem }: Pick<Props, "path" | "isRequired" | "schema"> & { problem?: string }) {
  return (
    <>
      <strong>{path.at(-1)}</strong>
      {isRequired && (
        <span class="is-failure" title="Must be given">
          {" "}
          *
        </span>
      )}
      {schema.description && <span class="soft"> {schema.description}</span>}
      {problem && (
        <span class="is-failure" role="alert">
          {" "}
          {problem}
        </span>
      )}
    </>
  );
}

/** One of several names, and what stands under it. */
export function Choice(props: Props & { choices: NonNullable<ReturnType<typeof choicesOf>> }) {
  const { choices, path, data, onChange, problemAt, value } = props;
  const problem = problemAt(path, props.isRequired && value === undefined);
  const chosen = isObject(value) ? (Object.keys(value)[0] ?? "") : "";
  const inner = choices[chosen];
  return (
    <div class="section">
      <label class="form-field">
        <span>
          <Head {...props} />
        </span>
        <select
          aria-invalid={Boolean(problem)}
          aria-label={path.at(-1)}
          value={chosen}
          onChange={({ currentTarget: { value: name } }) =>
            onChange(withValue(data, path, name ? { [name]: firstValue(choices[name]!) } : undefined))
          }
        >
          <option value="">–</option>
          {Object.keys(choices).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        {problem && <p class="is-failure">{problem}</p>}
      </label>
      {inner && <SchemaForm {...props} schema={inner} path={[...path, chosen]} isRequired />}
    </div>
  );
}

export function List(props: Props & { items: Schema }) {
  const { items, path, data, onChange, problemAt, value } = props;
  const all = Array.isArray(value) ? (value as unknown[]) : [];
  const set = (next: unknown[]) => onChange(withValue(data, path, next.length ? next : undefined));
  return (
    <div class="section" role="group" aria-label={path.at(-1)}>
      <p>
        <Head {...props} problem={problemAt(path, props.isRequired && value === undefined)} />
      </p>
      {all.map((_, place) => (
        <div class="many" key={place}>
          <div class="grow">
            <SchemaForm {...props} schema={items} path={[...path, String(place)]} isRequired />
          </div>
          <button
            type="button"
            class="small"
            aria-label={`Remove item ${place} of ${path.at(-1)}`}
            onClick={() => set(all.filter((__, other) => other !== place))}
          >
            Remove
          </button>
        </div>
      ))}
      <p>
        <button
          type="button"
          class="small"
          aria-label={`Add an item to ${path.at(-1)}`}
          onClick={() => set([...all, firstValue(items)])}
        >
          Add an item
        </button>
        {!all.length && Array.isArray(props.schema.default) && props.schema.default.length > 0 && (
          <span class="soft mono"> {JSON.stringify(props.schema.default)} (default)</span>
        )}
      </p>
    </div>
  );
}

export function Mapping(props: Props & { values: NonNullable<ReturnType<typeof mappedOf>> }) {
  const { values, path, data, onChange, problemAt, value } = props;
  const [name, setName] = useState("");
  const of: Data = isObject(value) ? value : {};
  const isFree = name.trim() !== "" && !(name.trim() in of);
  const add = () => {
    if (!isFree) return;
    onChange(withValue(data, [...path, name.trim()], firstValue(values)));
    setName("");
  };
  return (
    <div class="section" role="group" aria-label={path.at(-1)}>
      <p>
        <Head {...props} problem={problemAt(path, props.isRequired && value === undefined)} />
      </p>
      {Object.keys(of).map((key) => (
        <div class="many" key={key}>
          <div class="grow">
            <SchemaForm {...props} schema={values} path={[...path, key]} isRequired />
          </div>
          <button
            type="button"
            class="small"
            aria-label={`Remove ${key} of ${path.at(-1)}`}
            onClick={() => onChange(withValue(data, [...path, key], undefined))}
          >
            Remove
          </button>
        </div>
      ))}
      <p class="row">
        <input
          aria-label={`New name in ${path.at(-1)}`}
          placeholder="name"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            add();
          }}
        />
        <button type="button" class="small" disabled={!isFree} onClick={add}>
          Add
        </button>
      </p>
    </div>
  );
}
