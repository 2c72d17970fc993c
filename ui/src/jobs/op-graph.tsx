// The ops of a job as elements: a job has few enough of them for buttons that a keyboard reaches.
import { useMemo } from "preact/hooks";
import type { JobGraphView, NodeDefinitionView } from "../data/contract";
import { layOut, type Layout } from "../graph/layout";

const HEIGHT = 44;
const MARGIN = 24;

/** The way of an edge as a path of SVG. */
function wayOf({ pieces, start, list }: Layout, edge: number): string {
  const parts: string[] = [];
  for (let at = start[edge]!; at < start[edge + 1]!; at++) {
    const [x1, y1, x2, y2] = Array.from(pieces.subarray(list[at]! * 4, list[at]! * 4 + 4), (each) => each + MARGIN) as [
      number,
      number,
      number,
      number,
    ];
    const middle = (x1 + x2) / 2;
    parts.push(
      at === start[edge] ? `M${x1} ${y1}` : "",
      y1 === y2 || x1 === x2 ? `L${x2} ${y2}` : `C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`,
    );
  }
  return parts.join("");
}

export function OpGraph({
  graph,
  definitions,
  selected,
  onSelect,
  onEnter,
}: {
  graph: JobGraphView;
  definitions: NodeDefinitionView[];
  selected: string;
  onSelect: (name: string) => void;
  onEnter: (name: string) => void;
}) {
  const { layout, edges, widths } = useMemo(() => {
    const at = new Map(graph.nodes.map((node, n) => [node.name, n]));
    const edges: { pair: [number, number]; isCollected: boolean; isMany: boolean }[] = [];
    graph.nodes.forEach((node, to) =>
      node.edges.forEach((edge) => {
        const from = edge.from_node === null ? undefined : at.get(edge.from_node);
        if (from === undefined) return;
        const source = definitions.find((each) => each.name === graph.nodes[from]!.definition);
        edges.push({
          pair: [from, to],
          isCollected: edge.is_collected,
          isMany: Boolean(source?.outputs.find((port) => port.name === edge.from_output)?.is_dynamic),
        });
      }),
    );
    const widths = Float64Array.from(graph.nodes, (node) => Math.max(120, Math.min(280, node.name.length * 7.4 + 44)));
    return {
      widths,
      edges,
      layout: layOut({
        widths,
        height: HEIGHT,
        edges: Int32Array.from(edges.flatMap((edge) => edge.pair)),
        group: new Int32Array(widths.length).fill(-1),
        groupCount: 0,
      }),
    };
  }, [graph, definitions]);
  return (
    <div class="op-graph scroll">
      <div style={{ width: layout.width + MARGIN * 2, height: layout.height + MARGIN * 2, position: "relative" }}>
        <svg aria-hidden="true" width={layout.width + MARGIN * 2} height={layout.height + MARGIN * 2}>
          {edges.map(({ pair: [from, to], isCollected, isMany }, n) => {
            const isLit = graph.nodes[from]!.name === selected || graph.nodes[to]!.name === selected;
            return (
              <g key={n} class={isLit ? "edge lit" : "edge"}>
                <path d={wayOf(layout, n)} stroke-dasharray={isMany ? "5 3" : undefined} />
                {(isMany || isCollected) && (
                  <text x={layout.x[to]! + MARGIN - 30} y={layout.y[to]! + HEIGHT / 2 + MARGIN - 6}>
                    {isCollected ? "collect" : "each"}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
        {graph.nodes.map((node, n) => {
          const of = definitions.find((each) => each.name === node.definition);
          return (
            <button
              key={node.name}
              class={`op ${node.graph === null ? "" : "nested"}`}
              aria-pressed={node.name === selected}
              style={{ left: layout.x[n]! + MARGIN, top: layout.y[n]! + MARGIN, width: widths[n], height: HEIGHT }}
              title={of?.description ?? node.name}
              onClick={() => onSelect(node.name === selected ? "" : node.name)}
              onDblClick={() => node.graph !== null && onEnter(node.name)}
            >
              <strong class="cut">{node.name}</strong>
              <span class="soft cut">
                {node.graph !== null
                  ? "graph"
                  : of?.outputs.map((port) => (port.is_dynamic ? `each ${port.type_name}` : port.type_name)).join(", ") || "op"}
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}
