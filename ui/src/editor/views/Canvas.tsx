// The flow as a picture from left to right. Places are computed; only what is in sight is mounted.
import { applyNodeChanges, Background, Controls, MiniMap, ReactFlow, type Edge as Line, type NodeChange, type ReactFlowInstance } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import "../../style/editor-canvas.css";
import { theme } from "../../shell/theme";
import type { Actions } from "../actions";
import { connect, disconnect } from "../model/changes";
import { GAP_X, WIDTH, placesOf } from "../model/layout";
import { edgesOf, mannerOf } from "../model/order";
import { neighbour } from "../model/places";
import { moveToStage } from "../model/stages";
import { dataLines } from "../model/uses";
import { Card, type CardNode } from "./Card";
import { cardsOf, linesOf, withSameCards, withSameLines } from "./drawn";
import { bringIntoSight, lookAtFirst } from "./sight";
import { MOST_DRAWN_UNASKED, type ViewProps } from "./views";

const TYPES = { flowlet: Card };
/** A map draws every card, so very large flows have none. */
const WITH_MAP = { from: 30, to: 200 };
const ALL = { padding: 0.1, maxZoom: 1, minZoom: 0.05 };

export default function Canvas({ onOutline, ...shown }: ViewProps & { onOutline: () => void }) {
  const count = shown.editing.text.flowlets.length;
  const [isWanted, setWanted] = useState(count <= MOST_DRAWN_UNASKED);
  if (isWanted) return <Picture {...shown} />;
  return (
    <p className="notice">
      {count} flowlets are easier to read as a list.{" "}
      <button type="button" onClick={onOutline}>
        Outline
      </button>{" "}
      <button type="button" onClick={() => setWanted(true)}>
        Draw them all the same
      </button>
    </p>
  );
}

function Picture({ editing, actions, testing, handle, open }: ViewProps) {
  const { text, chosen, problems, mayChange } = editing;
  const { flowlets } = text;
  const edges = useMemo(() => edgesOf(flowlets), [flowlets]);
  const places = useMemo(() => placesOf(flowlets, edges), [flowlets, edges]);
  const data = useMemo(() => dataLines(text), [text]);
  const [hovered, setHovered] = useState<string | null>(null);
  const [line, setLine] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const flow = useRef<ReactFlowInstance<CardNode> | null>(null);
  const wantsFocus = useRef(false);
  const ref = chosen?.ref ?? null;
  const latest = useRef(actions);
  latest.current = actions;
  const add = useCallback<Actions["add"]>((where, at) => latest.current.add(where, at), []);
  const built = useMemo(
    () => cardsOf({ text, places, problems, ref, testing, mayChange, add, wantsFocus }),
    [text, places, problems, ref, testing, mayChange],
  );
  const drawn = useRef<Line[]>([]);
  const lines = useMemo(
    () => (drawn.current = withSameLines(drawn.current, linesOf(edges, data, ref, hovered, line))),
    [edges, data, ref, hovered, line],
  );
  const [nodes, setNodes] = useState(built);
  useEffect(() => setNodes((now) => withSameCards(now, built)), [built]);

  const focus = () => {
    wantsFocus.current = true;
    if (ref) bringIntoSight(flow.current, box.current, places.get(ref));
    setNodes((now) => now.map((node) => (node.id === ref ? { ...node, data: { ...node.data } } : node)));
  };
  const go = (way: Parameters<typeof neighbour>[2]) => {
    const found = neighbour(places, ref, way);
    wantsFocus.current = true;
    if (found) editing.choose(found);
  };
  useImperativeHandle(handle, () => ({ go, focus, fit: () => void flow.current?.fitView(ALL) }));
  // Whoever moved by key goes on from there; whoever writes in a field stays in it.
  useEffect(() => {
    const here = document.activeElement;
    if (wantsFocus.current || here === document.body || box.current?.contains(here) || here?.id === "main") focus();
    else if (ref) bringIntoSight(flow.current, box.current, places.get(ref));
  }, [ref, places]);
  // The settings take some of the width: what is chosen stays in sight.
  useEffect(() => {
    const watcher = new ResizeObserver(() => bringIntoSight(flow.current, box.current, places.get(ref ?? "")));
    watcher.observe(box.current!);
    return () => watcher.disconnect();
  }, [ref, places]);
  const drop = (_: unknown, node: CardNode) => {
    const next = moveToStage(text, node.id, Math.max(0, Math.round(node.position.x / (WIDTH + GAP_X))));
    if (next === text || node.position.x === places.get(node.id)?.x) return setNodes((now) => withSameCards(now, built));
    editing.change(next, { at: node.id });
  };
  const isStaged = mannerOf(flowlets) !== "after" && flowlets.every((each) => !each.inside);
  const removeLine = () => {
    const [from, to] = line!.split(" ");
    editing.change(disconnect(text, from!, to!));
    setLine(null);
  };
  return (
    <div className="editor-canvas" ref={box} role="group" aria-label="Canvas">
      <ReactFlow<CardNode>
        nodes={nodes}
        edges={lines}
        nodeTypes={TYPES}
        colorMode={theme()}
        onInit={(made) => {
          flow.current = made;
          lookAtFirst(made, box.current!, places, ref);
        }}
        minZoom={0.05}
        maxZoom={1.6}
        onlyRenderVisibleElements
        nodesDraggable={mayChange && isStaged}
        nodesConnectable={mayChange}
        nodesFocusable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        disableKeyboardA11y
        onNodesChange={(changes: NodeChange<CardNode>[]) => setNodes((now) => applyNodeChanges(changes.filter((each) => each.type === "position"), now))}
        onNodeDragStop={drop}
        onConnect={({ source, target }) => editing.change(connect(text, source, target), { at: target })}
        onNodeClick={(_, node) => {
          editing.choose(node.id);
          open();
        }}
        onPaneClick={() => setLine(null)}
        onEdgeClick={(_, edge) => mayChange && setLine(edge.id === line ? null : edge.id)}
        onNodeMouseEnter={(_, node) => setHovered(node.id)}
        onNodeMouseLeave={() => setHovered(null)}
        ariaLabelConfig={{ "controls.ariaLabel": "Zoom" }}
      >
        <Background gap={22} />
        <Controls showInteractive={false} />
        {nodes.length > WITH_MAP.from && nodes.length < WITH_MAP.to && <MiniMap<CardNode> pannable ariaLabel="All of the flow, small" />}
      </ReactFlow>
      {line && (
        <div className="editor-line" role="group" aria-label="The chosen line">
          <span>{line.replace(" ", " → ")}</span>
          <button type="button" onClick={removeLine}>
            Remove this line
          </button>
        </div>
      )}
    </div>
  );
}
