// The graph of a flow: what comes after what. A comparison colours what is new, gone, changed or moved.
import { Controls, Handle, Position, ReactFlow, type Edge, type Node, type NodeProps } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { memo, useMemo, useState } from "react";
import type { Ordered } from "../api/types";
import { placesOf } from "../play/Graph";
import { edgesOf, type Flowlet } from "../play/useVersion";
import { theme } from "../shell/theme";
import { MARKS, type Mark } from "./marks";

const WIDTH = 190;
const HEIGHT = 54;
const MOST_UNASKED = 500;
/** So few fit into the frame as they are; nobody has to zoom. */
const FEW = 6;
const LOWEST = 130;
const HIGHEST = 380;

type Card = Node<{ flowlet: Ordered; mark: Mark | undefined; isHere: boolean }, "flowlet">;

interface Props {
  flowlets: readonly Ordered[];
  label: string;
  marks?: ReadonlyMap<string, Mark>;
  at?: string | null;
  pick?: (ref: string) => void;
}

export default function FlowMap({ flowlets, label, marks, at = null, pick }: Props) {
  const [isWanted, setWanted] = useState(flowlets.length <= MOST_UNASKED);
  const drawn = useMemo(() => flowlets.map(asFlowlet), [flowlets]);
  const nodes = useMemo(() => (isWanted ? cards(flowlets, drawn, marks, at) : []), [flowlets, drawn, marks, at, isWanted]);
  const edges = useMemo(() => lines(drawn), [drawn]);
  if (flowlets.length === 0) return <p className="quiet">There is no flowlet.</p>;
  if (!isWanted) {
    return (
      <p className="notice">
        The flow has {flowlets.length} flowlets.{" "}
        <button type="button" onClick={() => setWanted(true)}>
          Draw them all
        </button>
      </p>
    );
  }
  return (
    <div className="flows-map" style={{ height: heightOf(nodes) }} role="group" aria-label={`${label}: ${flowlets.map((each) => each.ref).slice(0, 50).join(", ")}`}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={TYPES}
        colorMode={theme()}
        fitView
        fitViewOptions={{ maxZoom: 1 }}
        minZoom={0.02}
        onlyRenderVisibleElements
        preventScrolling={false}
        zoomOnScroll={false}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        disableKeyboardA11y
        onNodeClick={(_, node) => pick?.(node.id)}
        ariaLabelConfig={{ "controls.ariaLabel": "Zoom" }}
      >
        {flowlets.length > FEW && <Controls showInteractive={false} position="bottom-right" orientation="horizontal" />}
      </ReactFlow>
    </div>
  );
}

const Drawn = memo(function Drawn({ data }: NodeProps<Card>) {
  const { flowlet, mark, isHere } = data;
  const look = mark && MARKS[mark];
  return (
    <div className={`flows-flowlet ${look ? `flows-marked ${look.colour}` : ""} ${isHere ? "here" : ""}`}>
      <Handle type="target" position={Position.Left} />
      <strong>{flowlet.name ?? flowlet.ref}</strong>
      <span>
        {look && (
          <b>
            {look.sign} {look.word}{" "}
          </b>
        )}
        {flowlet.appId}
      </span>
      <Handle type="source" position={Position.Right} />
    </div>
  );
});

const TYPES = { flowlet: Drawn };

/** As high as the cards need, within reason. */
function heightOf(nodes: readonly Card[]): number {
  const deepest = Math.max(0, ...nodes.map((node) => node.position.y + HEIGHT));
  return Math.min(HIGHEST, Math.max(LOWEST, deepest + 60));
}

function asFlowlet(each: Ordered): Flowlet {
  const made: Flowlet = { ref: each.ref, appId: each.appId ?? "", inside: each.inside };
  if (each.after) made.after = each.after;
  if (each.index !== null) made.index = each.index;
  return made;
}

function cards(flowlets: readonly Ordered[], drawn: readonly Flowlet[], marks: Props["marks"], at: string | null): Card[] {
  const places = placesOf(drawn);
  return flowlets.flatMap((flowlet) => {
    const place = places.get(flowlet.ref);
    if (!place) return [];
    const position = { x: place.x - WIDTH / 2, y: place.y - HEIGHT / 2 };
    return { id: flowlet.ref, type: "flowlet" as const, position, width: WIDTH, height: HEIGHT, data: { flowlet, mark: marks?.get(flowlet.ref), isHere: flowlet.ref === at } };
  });
}

function lines(drawn: readonly Flowlet[]): Edge[] {
  const there = new Set(drawn.map((each) => each.ref));
  return edgesOf(drawn)
    .filter(({ from, to }) => there.has(from) && there.has(to))
    .map(({ from, to }) => ({ id: `${from} ${to}`, source: from, target: to, focusable: false }));
}
