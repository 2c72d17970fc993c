// A place in the code, "/project/file.py:12", with a link that opens it in the editor of the person.
import { loadWord } from "../data/stored";
import { Copy } from "./copy";

/** Editors that open a file by a link: name, label, address. */
export const EDITORS: [string, string, string][] = [
  ["vscode", "VS Code", "vscode://file/{file}:{line}"],
  ["cursor", "Cursor", "cursor://file/{file}:{line}"],
  ["zed", "Zed", "zed://file/{file}:{line}"],
  ["pycharm", "PyCharm", "pycharm://open?file={file}&line={line}"],
  ["none", "No links", ""],
];

/** Where a place is opened; null for places that are no file with a line. */
export function editorLink(place: string, editor = loadWord("editor") ?? "vscode"): [string, string] | null {
  const match = /^(\/.+|[A-Za-z]:[\\/].+):(\d+)$/.exec(place);
  const known = EDITORS.find(([name]) => name === editor);
  if (!match || !known?.[2]) return null;
  const file = match[1]!
    .split("/")
    .map(encodeURIComponent)
    .join("/")
    .replace(/^\//, known[2].includes("?") ? "/" : "");
  return [known[1], known[2].replace("{file}", file).replace("{line}", match[2]!)];
}

export function CodePlace({ place, isShort }: { place: string; isShort?: boolean }) {
  const link = editorLink(place);
  const shown = isShort && place.split("/").length > 4 ? `…/${place.split("/").slice(-3).join("/")}` : place;
  return (
    <span class="row code-place">
      {link ? (
        <a class="link cut mono" href={link[1]} title={`Open ${place} in ${link[0]}`}>
          {shown}
        </a>
      ) : (
        <code class="cut" title={place}>
          {shown}
        </code>
      )}
      <Copy text={place} label="Copy place" />
    </span>
  );
}
