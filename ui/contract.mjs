// Writes src/data/contract.ts, the types of the JSON API, from docs/openapi.yaml: `npm run contract`.
// With --check it writes nothing, and fails where the file is not what it would write.
import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

const here = new URL(".", import.meta.url);
const schemas = parse(readFileSync(new URL("../docs/openapi.yaml", here), "utf8")).components.schemas;

function toType(schema) {
  if (schema === undefined || schema === true || Object.keys(schema).length === 0) return "unknown";
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  for (const word of ["anyOf", "oneOf"]) if (schema[word]) return [...new Set(schema[word].map(toType))].join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const types = [schema.type].flat();
  return types.map((type) => ofType(type, schema)).join(" | ");
}

function ofType(type, schema) {
  if (type === "integer" || type === "number") return "number";
  if (type === "string" || type === "boolean" || type === "null") return type;
  if (type === "array")
    return schema.prefixItems ? `[${schema.prefixItems.map(toType).join(", ")}]` : `Array<${toType(schema.items)}>`;
  if (type === "object")
    return `Record<string, ${toType(schema.additionalProperties === false ? undefined : schema.additionalProperties)}>`;
  return "unknown";
}

function declare(name, schema) {
  const note = schema.description ? `/** ${schema.description.replace(/\s+/g, " ").trim()} */\n` : "";
  if (!schema.properties) return `${note}export type ${name} = ${toType(schema)};\n`;
  const required = new Set(schema.required ?? []);
  const lines = Object.entries(schema.properties).map(([key, of]) => {
    const text = of.description ? `  /** ${of.description.replace(/\s+/g, " ").trim()} */\n` : "";
    return `${text}  ${key}${required.has(key) ? "" : "?"}: ${toType(of)};`;
  });
  return `${note}export interface ${name} {\n${lines.join("\n")}\n}\n`;
}

const head = "// Types of the JSON API. Made from docs/openapi.yaml by contract.mjs; not edited by hand.\n\n";
const file = new URL("src/data/contract.ts", here);
const text =
  head +
  Object.entries(schemas)
    .map(([name, schema]) => declare(name, schema))
    .join("\n");
if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error("src/data/contract.ts is not what docs/openapi.yaml says: npm --prefix ui run contract");
  process.exit(1);
}
