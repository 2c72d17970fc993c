// Where in the text of a config something is wrong.
import { useMemo } from "preact/hooks";
import { parseDocument, YAMLParseError } from "yaml";
import type { ConfigProblemView } from "../data/contract";
import { inPlace, lineOf, placeOf } from "./problems";

export interface YamlFault {
  message: string;
  /** Where it is in the text. */
  at: number;
}

export const faultOf = (problem: Error): YamlFault =>
  problem instanceof YAMLParseError
    ? { message: problem.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, ""), at: problem.pos[0] }
    : { message: problem.message, at: 0 };

/** What is wrong in the text, each with its line; a click goes there. */
export function Places({
  text,
  syntax,
  problems,
  area,
}: {
  text: string;
  syntax: YamlFault | null;
  problems: ConfigProblemView[];
  area: { current: HTMLTextAreaElement | null };
}) {
  const places = useMemo(() => {
    if (syntax) return [{ message: syntax.message, from: syntax.at, to: syntax.at }];
    if (!problems.length) return [];
    const document = parseDocument(text);
    return problems.map(({ message, path }) => {
      const [from, to] = placeOf(document, path) ?? [0, 0];
      return { message: inPlace(message), from, to };
    });
  }, [text, syntax, problems]);
  if (!places.length) return null;
  const show = (from: number, to: number) => {
    area.current?.focus();
    area.current?.setSelectionRange(from, to);
  };
  return (
    <ul class="places" aria-label="What is wrong in the text">
      {places.map(({ message, from, to }) => (
        <li key={`${from} ${message}`} class="row top">
          <button type="button" class="small" onClick={() => show(from, to)}>
            Line {lineOf(text, from)}
          </button>
          <span class="is-failure" role={syntax ? "alert" : undefined}>
            {message}
          </span>
        </li>
      ))}
    </ul>
  );
}
