// The header of a page: breadcrumb as the title, chips, actions at the right; then the content.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Link } from "wouter-preact";
import { outdated } from "../data/resource";
import { connection } from "../data/stream";
import { Copy } from "../parts/copy";
import { Shape } from "../parts/status";

interface Props {
  title: string;
  /** What stands before the title: label and address. */
  path?: [string, string][];
  chips?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
  isMono?: boolean;
}

export function Page({ title, path = [], chips, actions, children, isMono }: Props) {
  useEffect(() => {
    document.title = `${title} · Weftwork`;
  }, [title]);
  const [old] = outdated.value.values();
  return (
    <main class="main">
      <header class="header">
        <h1>
          {path.map(([label, href]) => (
            <>
              <Link href={href}>{label}</Link>
              <span class="soft" aria-hidden="true">
                /
              </span>
            </>
          ))}
          <span class={`cut ${isMono ? "mono" : ""}`} title={title} dir="auto">
            {title}
          </span>
        </h1>
        {chips && <div class="chips">{chips}</div>}
        {actions && <div class="actions">{actions}</div>}
      </header>
      {connection.value !== "lost" && old && (
        <div class="notice" role="status">
          <Shape tone="warning" />
          <span class="grow">What is shown may be old: {old.message}</span>
          <Copy text={old.toText()} label="Copy error" />
        </div>
      )}
      {connection.value === "lost" && (
        <div class="notice" role="status">
          <Shape tone="warning" />
          The server does not answer. What is shown may be old; the page asks again by itself.
        </div>
      )}
      <div class="content" id="content" tabIndex={-1}>
        {children}
      </div>
    </main>
  );
}
