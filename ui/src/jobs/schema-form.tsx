// A form of a JSON schema: fields for what is simple, text for what is not; defaults are shown grey.
import { useState } from "preact/hooks";
import { isWrongBelow, type ProblemAt } from "./problems";
import { choicesOf, mappedOf, plain, type Schema } from "./schema";
import { Choice, List, Mapping } from "./schema-many";
import { valueAt, withValue, type Data } from "./values";
import type { ConfigProblemView } from "../data/contract";

export interface FormProps {
  schema: Schema;
  path: string[];
  data: Data;
  onChange: (data: Data) => void;
  problems: ConfigProblemView[];
  problemAt: ProblemAt;
  isRequired?: boolean;
  /** Whether it is all that its section has: then it is open with it. */
  isAlone?: boolean;
}

/** Whether an object has something that must be filled in, or is not like its default. */
function isInteresting(schema: Schema, value: unknown): boolean {
  return value !== undefined || Boolean(schema.required?.length);
}

export function SchemaForm(props: FormProps) {
  const schema = plain(props.schema);
  const value = valueAt(props.data, props.path);
  const choices = choicesOf(schema);
  if (choices) return <Choice {...props} schema={schema} value={value} choices={choices} />;
  const values = mappedOf(schema);
  if (values) return <Mapping {...props} schema={schema} value={value} values={values} />;
  if (schema.items && Object.keys(schema.items).length)
    return <List {...props} schema={schema} value={value} items={schema.items} />;
  if (schema.properties) return <Section {...props} schema={schema} value={value} />;
  return <Field {...props} schema={schema} value={value} />;
}

function Section({ schema, path, data, onChange, problems, problemAt, value, isAlone }: FormProps & { value: unknown }) {
  const names = Object.keys(schema.properties!);
  const isTop = path.length === 0;
  const hasProblem = isWrongBelow(problems, path);
  const problem = problemAt(path);
  const [isOpen, setOpen] = useState(isTop || isAlone || isInteresting(schema, value) || hasProblem);
  const required = new Set(schema.required);
  const inner = names
    .sort((a, b) => Number(required.has(b)) - Number(required.has(a)))
    .map((name) => (
      <SchemaForm
        key={name}
        schema={schema.properties![name]!}
        path={[...path, name]}
        data={data}
        onChange={onChange}
        problems={problems}
        problemAt={problemAt}
        isRequired={required.has(name)}
        isAlone={!isTop && names.length === 1}
      />
    ));
  if (isTop) return <div class="form">{inner}</div>;
  if (!names.length) return null;
  // "config" alone says nothing: its fields stand where it is.
  if (names.length === 1 && path.length > 1 && plain(schema.properties![names[0]!]!).properties)
    return (
      <details class="section" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{path.at(-1)}</summary>
        {isOpen && inner}
      </details>
    );
  return (
    <details class="section" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class={hasProblem ? "is-failure" : ""}>
        {path.at(-1)}
        {schema.description && <span class="soft"> {schema.description}</span>}
        {problem && <span class="is-failure"> {problem}</span>}
      </summary>
      {isOpen && inner}
    </details>
  );
}

function Field({ schema, path, data, onChange, problemAt, value, isRequired }: FormProps & { value: unknown }) {
  const name = path.at(-1)!;
  const id = `field-${path.join("-")}`;
  const problem = problemAt(path, isRequired && value === undefined);
  const [draft, setDraft] = useState<string | null>(null);
  const set = (next: unknown) => onChange(withValue(data, path, next));
  const type = [schema.type].flat().find((each) => each !== "null");
  const shownDefault =
    schema.default === undefined ? "" : typeof schema.default === "string" ? schema.default : JSON.stringify(schema.default);
  const parse = (text: string): unknown => {
    if (text === "") return undefined;
    if (type === "string") return text;
    if (type === "integer" || type === "number") return Number.isNaN(Number(text)) ? text : Number(text);
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  };
  const text = draft ?? (value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value));
  const common = { id, "aria-invalid": Boolean(problem), "aria-describedby": `${id}-note` };
  return (
    <div class="form-field">
      <label for={id} title={path.join(".")}>
        {name}
        {isRequired && (
          <span class="is-failure" title="Must be given">
            {" "}
            *
          </span>
        )}
      </label>
      {schema.enum ? (
        <select
          {...common}
          value={value === undefined ? "" : JSON.stringify(value)}
          onChange={(event) => set(event.currentTarget.value === "" ? undefined : JSON.parse(event.currentTarget.value))}
        >
          <option value="">{shownDefault ? `${shownDefault} (default)` : "–"}</option>
          {schema.enum.map((each) => (
            <option key={String(each)} value={JSON.stringify(each)}>
              {String(each)}
            </option>
          ))}
        </select>
      ) : type === "boolean" ? (
        <select
          {...common}
          value={value === undefined ? "" : String(value)}
          onChange={(event) => set(event.currentTarget.value === "" ? undefined : event.currentTarget.value === "true")}
        >
          <option value="">{shownDefault ? `${shownDefault} (default)` : "–"}</option>
          <option>true</option>
          <option>false</option>
        </select>
      ) : (
        <input
          {...common}
          class={type === "string" ? "" : "mono"}
          inputMode={type === "integer" ? "numeric" : undefined}
          value={text}
          placeholder={shownDefault}
          onInput={(event) => {
            setDraft(event.currentTarget.value);
            set(parse(event.currentTarget.value));
          }}
          onBlur={() => setDraft(null)}
        />
      )}
      <p id={`${id}-note`} class={problem ? "is-failure" : "soft"}>
        {problem ??
          schema.description ??
          (type === "array"
            ? "A list, as JSON"
            : !schema.enum && (type === undefined || type === "object")
              ? "Any value, as JSON"
              : "")}
      </p>
    </div>
  );
}
