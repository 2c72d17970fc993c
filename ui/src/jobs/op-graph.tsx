// The ops of a job as elements: a job has few enough of them for buttons that a keyboard reaches.
import { useMemo } from "preact/hooks";
import type { JobGraphView, NodeDefinitionView } from "../data/contract";
import { layOut } from "../graph/layout";

const HEIGHT = 44;
const MARGIN = 24;

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
    const widths = graph.nodes.map((node) => Math.max(120, Math.min(280, node.name.length * 7.4 + 44)));
    return {
      widths,
      edges,
      layout: layOut({
        widths,
        height: HEIGHT,
        edges: edges.map((edge) => edge.pair),
        group: widths.map(() => -1),
        groupCount: 0,
      }),
    };
  }, [graph, definitions]);
  return (
    <div class="op-graph scroll">
      <div style={{ width: layout.width + MARGIN * 2, height: layout.height + MARGIN * 2, position: "relative" }}>
        <svg aria-hidden="true" width={layout.width + MARGIN * 2} height={layout.height + MARGIN * 2}>
          {edges.map(({ pair: [from, to], isCollected, isMany }, n) => {
            const [x1, y1] = [layout.x[from]! + widths[from]! + MARGIN, layout.y[from]! + HEIGHT / 2 + MARGIN];
            const [x2, y2] = [layout.x[to]! + MARGIN, layout.y[to]! + HEIGHT / 2 + MARGIN];
            const bend = Math.max(24, (x2 - x1) / 2);
            const isLit = graph.nodes[from]!.name === selected || graph.nodes[to]!.name === selected;
            return (
              <g key={n} class={isLit ? "edge lit" : "edge"}>
                <path
                  d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
                  stroke-dasharray={isMany ? "5 3" : undefined}
                />
                {(isMany || isCollected) && (
                  <text x={(x1 + x2) / 2} y={(y1 + y2) / 2 - 6}>
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
