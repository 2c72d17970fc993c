// A small, safe Markdown: it makes elements, never HTML text, and follows only http and mail links.
import type { ComponentChildren } from "preact";

const INLINE =
  /!\[([^\]]*)\]\(([^)\s]+)\)|(`[^`]+`)|(\*\*[^*]+\*\*)|(\*[^*\s][^*]*\*)|\[([^\]]+)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>)]+)/g;

function isSafe(address: string): boolean {
  return /^(https?:|mailto:|\/(?!\/))/i.test(address);
}

/** Pictures only from the text itself: nothing is fetched from elsewhere. */
const PICTURE = /^data:image\/(png|jpeg|gif|webp);base64,/i;

function inline(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
    const [whole, alt, picture, code, strong, emphasis, label, address, plain] = match;
    if (picture)
      parts.push(
        PICTURE.test(picture) ? (
          <img src={picture} alt={alt || "Picture"} loading="lazy" />
        ) : isSafe(picture) ? (
          <a href={picture} rel="noreferrer noopener" target="_blank">
            {alt || picture}
          </a>
        ) : (
          alt
        ),
      );
    else if (code) parts.push(<code>{code.slice(1, -1)}</code>);
    else if (strong) parts.push(<strong>{inline(strong.slice(2, -2))}</strong>);
    else if (emphasis) parts.push(<em>{inline(emphasis.slice(1, -1))}</em>);
    else if (plain)
      parts.push(
        <a href={plain} rel="noreferrer noopener" target="_blank">
          {plain}
        </a>,
      );
    else if (address && isSafe(address))
      parts.push(
        <a href={address} rel="noreferrer noopener" target="_blank">
          {label}
        </a>,
      );
    else parts.push(whole);
  }
  parts.push(text.slice(from));
  return parts;
}

function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());
}

function block(lines: string[]): ComponentChildren {
  const first = lines[0]!;
  const heading = /^(#{1,6})\s+(.*)$/.exec(first);
  if (heading && lines.length === 1) return <h2>{inline(heading[2]!)}</h2>;
  if (lines.every((line) => /^\s*[-*+]\s/.test(line)))
    return (
      <ul>
        {lines.map((line) => (
          <li>{inline(line.replace(/^\s*[-*+]\s+/, ""))}</li>
        ))}
      </ul>
    );
  if (lines.every((line) => /^\s*\d+[.)]\s/.test(line)))
    return (
      <ol>
        {lines.map((line) => (
          <li>{inline(line.replace(/^\s*\d+[.)]\s+/, ""))}</li>
        ))}
      </ol>
    );
  if (lines.every((line) => line.startsWith(">")))
    return <blockquote>{inline(lines.map((line) => line.replace(/^>\s?/, "")).join(" "))}</blockquote>;
  if (lines.length > 1 && /^\s*\|?[\s:|-]+\|[\s:|-]*$/.test(lines[1]!)) {
    return (
      <div class="scroll" tabIndex={0}>
        <table class="plain">
          <thead>
            <tr>
              {cells(first).map((cell) => (
                <th>{inline(cell)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.slice(2).map((line) => (
              <tr>
                {cells(line).map((cell) => (
                  <td>{inline(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  }
  return <p>{inline(lines.join("\n"))}</p>;
}

/** Shows Markdown text as elements. */
export function Markdown({ text }: { text: string }) {
  const blocks: ComponentChildren[] = [];
  let lines: string[] = [];
  let code: string[] | null = null;
  const close = () => {
    if (lines.length) blocks.push(block(lines));
    lines = [];
  };
  for (const line of text.split("\n")) {
    if (line.trimStart().startsWith("```")) {
      if (code) blocks.push(<pre class="sunken">{code.join("\n")}</pre>);
      else close();
      code = code ? null : [];
    } else if (code) code.push(line);
    else if (!line.trim()) close();
    else if (/^#{1,6}\s/.test(line)) {
      close();
      blocks.push(block([line]));
    } else lines.push(line);
  }
  if (code) blocks.push(<pre class="sunken">{code.join("\n")}</pre>);
  close();
  return <div class="prose">{blocks}</div>;
}
