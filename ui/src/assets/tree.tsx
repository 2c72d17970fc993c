// Assets as a tree: by group, and below that by the parts of their keys; walked by the arrow keys.
import { useMemo, useRef, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { Icon } from "../parts/icons";
import { Rows, type RowsHandle } from "../parts/rows";
import { Status } from "../parts/status";
import { Time } from "../parts/time";
import { standings, type Asset } from "./board";
import { worstOf } from "./standing";

export interface TreeLine {
  /** The path of a branch: group, then parts of keys; the key of an asset. */
  id: string;
  label: string;
  depth: number;
  /** The assets of a branch; one for a leaf. */
  assets: Asset[];
  isBranch: boolean;
}

interface Branch {
  branches: Map<string, Branch>;
  assets: Asset[];
}

/** Between the parts of the id of a branch. */
export const DIVIDER = "\u0000";

function grow(assets: Asset[]): Branch {
  const root: Branch = { branches: new Map(), assets: [] };
  for (const asset of assets) {
    let at = root;
    const parts = asset.key.split("/").slice(0, -1);
    // A group that is named like the first part of its keys would only repeat it.
    const path = [...(asset.group && asset.group !== parts[0] ? [asset.group] : []), ...parts];
    for (const part of path) {
      let next = at.branches.get(part);
      if (!next) at.branches.set(part, (next = { branches: new Map(), assets: [] }));
      at = next;
    }
    at.assets.push(asset);
  }
  return root;
}

const all = (branch: Branch): Asset[] => [...branch.assets, ...[...branch.branches.values()].flatMap(all)];

/** The lines of a tree whose open branches are told by their ids. */
export function toLines(assets: Asset[], isOpen: (id: string) => boolean): TreeLine[] {
  const lines: TreeLine[] = [];
  const walk = (branch: Branch, path: string[]) => {
    for (const [name, inner] of [...branch.branches].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const id = [...path, name].join(DIVIDER);
      lines.push({ id, label: name, depth: path.length, assets: all(inner), isBranch: true });
      if (isOpen(id)) walk(inner, [...path, name]);
    }
    for (const asset of branch.assets.sort((a, b) => (a.key < b.key ? -1 : 1)))
      lines.push({
        id: asset.key,
        label: path.length ? asset.key.split("/").at(-1)! : asset.key,
        depth: path.length,
        assets: [asset],
        isBranch: false,
      });
  };
  walk(grow(assets), []);
  return lines;
}

interface Props {
  assets: Asset[];
  isOpen: (id: string) => boolean;
  onToggle: (id: string) => void;
  hrefOf: (asset: Asset) => string;
  at?: string;
}

export function AssetTree({ assets, isOpen, onToggle, hrefOf, at }: Props) {
  const lines = useMemo(() => toLines(assets, isOpen), [assets, isOpen]);
  const [place, setPlace] = useState(0);
  const list = useRef<RowsHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const [, go] = useLocation();
  const focus = (n: number) => {
    const next = Math.max(0, Math.min(lines.length - 1, n));
    setPlace(next);
    list.current?.scrollToIndex(next, { align: "nearest" });
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-line="${next}"]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const line = lines[place];
    if (!line) return;
    if (event.key === "ArrowDown") focus(place + 1);
    else if (event.key === "ArrowUp") focus(place - 1);
    else if (event.key === "Home") focus(0);
    else if (event.key === "End") focus(lines.length - 1);
    else if (event.key === "ArrowRight" && line.isBranch) isOpen(line.id) ? focus(place + 1) : onToggle(line.id);
    else if (event.key === "ArrowLeft")
      line.isBranch && isOpen(line.id)
        ? onToggle(line.id)
        : focus(lines.findLastIndex((each, n) => n < place && each.depth < line.depth));
    else if (event.key === "Enter" && !line.isBranch) go(hrefOf(line.assets[0]!));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="tree-holder" ref={box} onKeyDown={onKeyDown}>
      <Rows ref={list} class="tree scroll" role="tree" aria-label="Assets as a tree" data={lines}>
        {(line: (typeof lines)[number], n: number) => {
          const common = {
            class: "plain tree-line",
            role: "treeitem",
            "aria-level": line.depth + 1,
            tabIndex: n === place ? 0 : -1,
            "data-line": n,
            style: { paddingLeft: `${16 + line.depth * 20}px` },
            onFocus: () => setPlace(n),
          } as const;
          if (line.isBranch) {
            const open = isOpen(line.id);
            return (
              <button key={`b ${line.id}`} {...common} aria-expanded={open} onClick={() => onToggle(line.id)}>
                <Icon name={open ? "down" : "right"} />
                <Status value={worstOf(line.assets.map((asset) => standings.value[asset.number]?.status))} quiet />
                <strong class="cut" dir="auto">
                  {line.label}
                </strong>
                <span class="soft">{line.assets.length.toLocaleString("en")}</span>
              </button>
            );
          }
          const asset = line.assets[0]!;
          const standing = standings.value[asset.number];
          return (
            <Link key={`a ${asset.key}`} {...common} href={hrefOf(asset)} aria-selected={asset.key === at}>
              <span class="tree-gap" />
              <Status value={standing?.status} quiet />
              <span class="cut" dir="auto">
                {line.label}
              </span>
              <span class="soft hide-narrow">
                {standing?.at ? <Time at={standing.at} /> : "never"}, {asset.parents.length} up, {asset.children.length} down
              </span>
            </Link>
          );
        }}
      </Rows>
    </div>
  );
}
