// The canvas of a graph: pan, zoom, hover, select; double click opens the neighbourhood.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { wordOf } from "../parts/status";
import { draw, type Drawing } from "./draw";
import type { Sides } from "./layers";
import type { Layout } from "./layout";
import { layoutOf } from "./layouts";
import { drawMini, minimapFrame } from "./minimap";
import { keepPlace } from "./place";
import { buildScene, kin, neighboursOf, NODE_HEIGHT, type GraphItem, type GraphStanding, type Scene } from "./scene";
import { fitView, inSight, revealing, type View } from "./view";

interface Props {
  items: readonly GraphItem[];
  standings: readonly GraphStanding[];
  numbers: Iterable<number>;
  collapsed: ReadonlySet<string>;
  selected: number | null;
  areGroupsShown: boolean;
  /** Names what is looked at, so that a change of it moves as little as possible. */
  place: string;
  onSelect: (number: number | null) => void;
  onToggle: (group: string) => void;
  onFocus: (number: number) => void;
}

const WITH_MINIMAP = 60;

export function GraphCanvas(props: Props) {
  const { items, standings, numbers, collapsed, areGroupsShown } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<View | null>(null);
  const hovered = useRef<number | null>(null);
  const lit = useRef<Set<number> | null>(null);
  const moving = useRef(0);
  const mini = useRef<{ layout: Layout; standings: readonly GraphStanding[]; theme: string; canvas: HTMLCanvasElement } | null>(
    null,
  );
  const [laid, setLaid] = useState<{ scene: Scene; layout: Layout } | null>(null);
  const [tip, setTip] = useState<{ x: number; y: number; text: string } | null>(null);
  const redraw = useRef(() => {});
  const frame = useRef(0);
  const later = () => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => redraw.current());
  };
  const scene = useMemo(() => buildScene(items, numbers, collapsed, areGroupsShown), [items, numbers, collapsed, areGroupsShown]);

  useEffect(() => {
    let isGone = false;
    void layoutOf(scene, props.place).then((layout) => {
      if (isGone) return;
      hovered.current = null;
      lit.current = null;
      const kept =
        laid && view.current && box.current
          ? keepPlace(laid, { scene, layout }, view.current, box.current.clientWidth, box.current.clientHeight)
          : null;
      if (kept) view.current = kept;
      else fit(layout, true);
      setLaid({ scene, layout });
    });
    return () => void (isGone = true);
  }, [scene.key]);

  function fit(layout: Layout, isFirst = false): void {
    const area = box.current;
    if (!area) return;
    view.current = fitView(layout, area.clientWidth, area.clientHeight, isFirst);
  }

  const isCurrent = laid?.scene.key === scene.key;
  // What is chosen by the address, or by a key, is brought into sight.
  useEffect(() => {
    const area = box.current;
    if (!laid || !view.current || !area || props.selected === null) return;
    const node = laid.scene.nodes.findIndex((each) => each.number === props.selected);
    if (node < 0) return;
    const { layout } = laid;
    const place = { x: layout.x[node]!, y: layout.y[node]!, width: laid.scene.input.widths[node]!, height: NODE_HEIGHT };
    view.current = revealing(view.current, place, area.clientWidth, area.clientHeight);
    later();
  }, [props.selected, laid]);
  redraw.current = () => {
    const [element, area] = [canvas.current, box.current];
    if (!element || !area || !laid || !isCurrent || !view.current) return;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [area.clientWidth, area.clientHeight];
    if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
      element.width = Math.round(width * ratio);
      element.height = Math.round(height * ratio);
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
    }
    const d: Drawing = {
      scene,
      layout: laid.layout,
      items,
      standings,
      view: view.current,
      width,
      height,
      hovered: hovered.current,
      lit: lit.current,
      selected: props.selected,
      minimap: null,
      isMoving: performance.now() - moving.current < 150,
    };
    if (scene.nodes.length > WITH_MINIMAP) {
      const theme = document.documentElement.dataset.theme!;
      if (
        !mini.current ||
        mini.current.layout !== laid.layout ||
        mini.current.standings !== standings ||
        mini.current.theme !== theme
      ) {
        mini.current = { layout: laid.layout, standings, theme, canvas: drawMini(d) };
      }
      d.minimap = mini.current.canvas;
    }
    draw(element.getContext("2d")!, d, ratio);
  };
  useEffect(later);
  useEffect(() => {
    const watch = new ResizeObserver(later);
    watch.observe(box.current!);
    addEventListener("themechange", later);
    const element = box.current!;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      if (event.shiftKey) pan(event.deltaY || event.deltaX, 0);
      else zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), event.clientX, event.clientY);
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => {
      watch.disconnect();
      removeEventListener("themechange", later);
      element.removeEventListener("wheel", wheel);
    };
  }, []);

  const stir = () => {
    moving.current = performance.now();
    const area = box.current;
    if (laid && view.current && area) view.current = inSight(view.current, laid.layout, area.clientWidth, area.clientHeight);
    later();
    setTimeout(later, 180);
  };
  const pan = (x: number, y: number) => {
    if (!view.current) return;
    view.current.x += x / view.current.scale;
    view.current.y += y / view.current.scale;
    stir();
  };
  const zoom = (factor: number, clientX?: number, clientY?: number) => {
    if (!view.current) return;
    const area = box.current!.getBoundingClientRect();
    const [x, y] = [(clientX ?? area.left + area.width / 2) - area.left, (clientY ?? area.top + area.height / 2) - area.top];
    const now = view.current;
    const scale = Math.max(0.01, Math.min(2.5, now.scale * factor));
    view.current = { scale, x: now.x + x / now.scale - x / scale, y: now.y + y / now.scale - y / scale };
    stir();
  };
  const toWorld = (event: MouseEvent): [number, number] => {
    const area = box.current!.getBoundingClientRect();
    const now = view.current!;
    return [now.x + (event.clientX - area.left) / now.scale, now.y + (event.clientY - area.top) / now.scale];
  };
  const nodeAt = (event: MouseEvent): number | null => {
    if (!laid || !isCurrent || !view.current) return null;
    const [x, y] = toWorld(event);
    for (let node = 0; node < scene.nodes.length; node++) {
      const left = laid.layout.x[node]!;
      const top = laid.layout.y[node]!;
      if (x >= left && x <= left + scene.input.widths[node]! && y >= top && y <= top + NODE_HEIGHT) return node;
    }
    return null;
  };
  const groupTitleAt = (event: MouseEvent): string | null => {
    if (!laid || !isCurrent || !view.current) return null;
    const [x, y] = toWorld(event);
    const { boxes } = laid.layout;
    const found = scene.groups.findIndex((_, n) => {
      const [left, top, width] = boxes.subarray(n * 4) as unknown as [number, number, number];
      return width > 0 && x >= left && x <= left + width && y >= top && y <= top + Math.max(26, 30 / view.current!.scale);
    });
    return found < 0 ? null : scene.groups[found]!;
  };
  const touches = useRef(new Map<number, PointerEvent>());
  const onPointerDown = (event: PointerEvent) => {
    if (!laid || !view.current) return;
    touches.current.set(event.pointerId, event);
    const area = box.current!.getBoundingClientRect();
    const map = minimapFrame({ layout: laid.layout, width: area.width, height: area.height });
    const [px, py] = [event.clientX - area.left, event.clientY - area.top];
    if (scene.nodes.length > WITH_MINIMAP && area.width >= 500 && px > map.x && py > map.y) {
      const go = (moved: PointerEvent) => {
        view.current!.x = (moved.clientX - area.left - map.x) / map.scaleX - area.width / view.current!.scale / 2;
        view.current!.y = (moved.clientY - area.top - map.y) / map.scaleY - area.height / view.current!.scale / 2;
        stir();
      };
      go(event);
      addEventListener("pointermove", go);
      addEventListener(
        "pointerup",
        () => {
          removeEventListener("pointermove", go);
          touches.current.clear();
        },
        { once: true },
      );
      return;
    }
    let isMoved = false;
    let [lastX, lastY] = [event.clientX, event.clientY];
    const move = (moved: PointerEvent) => {
      if (touches.current.size === 2) {
        const [a, b] = [...touches.current.values()] as [PointerEvent, PointerEvent];
        const before = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
        touches.current.set(moved.pointerId, moved);
        const [c, d] = [...touches.current.values()] as [PointerEvent, PointerEvent];
        zoom(
          Math.hypot(c.clientX - d.clientX, c.clientY - d.clientY) / Math.max(1, before),
          (c.clientX + d.clientX) / 2,
          (c.clientY + d.clientY) / 2,
        );
        isMoved = true;
        return;
      }
      if (moved.pointerId !== event.pointerId) return;
      if (!isMoved && Math.hypot(moved.clientX - event.clientX, moved.clientY - event.clientY) < 4) return;
      isMoved = true;
      pan(lastX - moved.clientX, lastY - moved.clientY);
      [lastX, lastY] = [moved.clientX, moved.clientY];
    };
    const stop = (ended: PointerEvent) => {
      touches.current.delete(ended.pointerId);
      if (ended.pointerId !== event.pointerId) return;
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", stop);
      removeEventListener("pointercancel", stop);
      if (isMoved || ended.type === "pointercancel") return;
      const node = nodeAt(event);
      if (node !== null) {
        const { number, group } = scene.nodes[node]!;
        if (number === null) props.onToggle(group);
        else props.onSelect(number);
      } else {
        const group = groupTitleAt(event);
        if (group !== null) props.onToggle(group);
        else props.onSelect(null);
      }
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", stop);
    addEventListener("pointercancel", stop);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (event.buttons) return;
    const node = nodeAt(event);
    if (node !== hovered.current) {
      hovered.current = node;
      lit.current = node === null ? null : kin(scene, node);
      later();
    }
    box.current!.style.cursor = node !== null || groupTitleAt(event) ? "pointer" : "grab";
    if (node === null) return setTip(null);
    const of = scene.nodes[node]!;
    const area = box.current!.getBoundingClientRect();
    const standing = of.number === null ? null : standings[of.number];
    const partitions = standing?.partitions ? `, ${standing.partitions[0]} of ${standing.partitions[3]} partitions` : "";
    setTip({
      x: Math.min(event.clientX - area.left + 14, area.width - 260),
      y: event.clientY - area.top + 18,
      text:
        of.number === null
          ? `${of.label}: ${of.members.length.toLocaleString("en")} in it, click to open`
          : `${of.label}: ${wordOf(standing?.status)}${partitions}`,
    });
  };
  const step = ({ start, list }: Sides) => {
    const node = scene.nodes.findIndex((each) => each.number !== null && each.number === props.selected);
    const next = node < 0 ? 0 : start[node]! < start[node + 1]! ? list[start[node]!] : undefined;
    if (next !== undefined && scene.nodes[next]?.number !== null && scene.nodes[next]) props.onSelect(scene.nodes[next]!.number);
  };
  /** Chooses the nearest above or below in the same column. */
  const stepAside = (direction: 1 | -1) => {
    const at = scene.nodes.findIndex((each) => each.number !== null && each.number === props.selected);
    if (at < 0 || !laid || !isCurrent) return;
    const { x, y } = laid.layout;
    let best = -1;
    for (let node = 0; node < scene.nodes.length; node++) {
      const distance = (y[node]! - y[at]!) * direction;
      if (distance <= 0 || Math.abs(x[node]! - x[at]!) > 1 || scene.nodes[node]!.number === null) continue;
      if (best < 0 || distance < (y[best]! - y[at]!) * direction) best = node;
    }
    if (best >= 0) props.onSelect(scene.nodes[best]!.number);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0" && laid) {
      fit(laid.layout);
      later();
    } else if (event.key === "ArrowLeft") step(neighboursOf(scene).up);
    else if (event.key === "ArrowRight") step(neighboursOf(scene).down);
    else if (event.key === "ArrowUp") stepAside(-1);
    else if (event.key === "ArrowDown") stepAside(1);
    else if (event.key === "Enter" && props.selected !== null) props.onFocus(props.selected);
    else return;
    event.preventDefault();
  };
  return (
    <div
      class="graph"
      ref={box}
      tabIndex={0}
      role="application"
      aria-roledescription="graph"
      aria-label={`Graph of ${scene.nodes.length} nodes and ${scene.edges.length / 2} edges. Left and right follow edges, up and down stay in the column, Enter shows the neighbourhood; the tree view lists the same.`}
      data-laid={isCurrent ? scene.nodes.length : undefined}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerLeave={() => {
        hovered.current = lit.current = null;
        setTip(null);
        later();
      }}
      onKeyDown={onKeyDown}
      onDblClick={(event) => {
        const node = nodeAt(event);
        const number = node === null ? null : scene.nodes[node]!.number;
        if (number !== null) props.onFocus(number);
      }}
    >
      <canvas ref={canvas} aria-hidden="true" />
      {!isCurrent && (
        <p class="graph-wait soft" role="status">
          Laying out {scene.nodes.length.toLocaleString("en")} nodes
        </p>
      )}
      <div class="graph-tools" onPointerDown={(event) => event.stopPropagation()}>
        <button class="small" aria-label="Zoom in" onClick={() => zoom(1.3)}>
          +
        </button>
        <button class="small" aria-label="Zoom out" onClick={() => zoom(0.77)}>
          −
        </button>
        <button
          class="small"
          onClick={() => {
            if (laid) {
              fit(laid.layout);
              later();
            }
          }}
        >
          Fit
        </button>
      </div>
      {tip && (
        <div class="tip" style={{ left: tip.x, top: tip.y }}>
          {tip.text}
        </div>
      )}
    </div>
  );
}
