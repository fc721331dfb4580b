// The graph of a play: what came after what, with the state of each. Places are computed, never stored.
import { graphlib, layout } from "@dagrejs/dagre";
import { Controls, Handle, MiniMap, Position, ReactFlow, type Edge, type Node, type NodeProps, type ReactFlowInstance } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { memo, useMemo, useState } from "react";
import type { LayerOfPlay, Play } from "../api/types";
import { ErrorNotice, State } from "../parts/parts";
import { look } from "../parts/states";
import { duration } from "../parts/times";
import { theme } from "../shell/theme";
import { refOf, stepId } from "./model";
import { edgesOf, useVersion, type Flowlet } from "./useVersion";

const WIDTH = 190;
const HEIGHT = 54;
const MOST_UNASKED = 500;
const SMALLEST = 0.7;

type Card = Node<{ layer: LayerOfPlay; isHere: boolean }, "card">;
interface Place {
  x: number;
  y: number;
}

interface Props {
  play: Play;
  at: string | null;
  pick: (id: string) => void;
}

export default function Graph({ play, at, pick }: Props) {
  const version = useVersion(play);
  const [isWanted, setWanted] = useState(play.layers.length <= MOST_UNASKED);
  const places = useMemo(() => (version.data && isWanted ? placesOf(version.data) : null), [version.data, isWanted]);
  const edges = useMemo(() => (version.data ? lines(version.data) : []), [version.data]);
  const ref = at === null ? null : refOf(at);
  const nodes = useMemo(() => (places ? cards(play.layers, places, ref) : []), [play.layers, places, ref]);
  if (play.version === null) return <p className="quiet">A test of a draft keeps no version, so there is no graph of it.</p>;
  if (version.isError) return <ErrorNotice error={version.error} retry={() => void version.refetch()} />;
  if (!isWanted) {
    return (
      <p className="notice">
        {play.layers.length} flowlets are easier to read in the waterfall.{" "}
        <button type="button" onClick={() => setWanted(true)}>
          Draw them all the same
        </button>
      </p>
    );
  }
  if (!places) return <p className="quiet">Loading …</p>;
  const chosen = theme();
  return (
    <div className="graph" aria-label="Graph of the play">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={TYPES}
        colorMode={chosen}
        onInit={(flow) => void flow.fitView({ maxZoom: 1 }).then(() => readable(flow, places.get(ref ?? "")))}
        minZoom={0.02}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        disableKeyboardA11y
        onNodeClick={(_, node) => pick(stepId(node.data.layer))}
        ariaLabelConfig={{ "controls.ariaLabel": "Zoom" }}
      >
        <Controls showInteractive={false} />
        {nodes.length > 30 && <MiniMap<Card> pannable nodeColor={(node) => `var(--${look(node.data.layer.state).colour})`} />}
      </ReactFlow>
    </div>
  );
}

const Flowlet = memo(function Flowlet({ data }: NodeProps<Card>) {
  const { layer, isHere } = data;
  return (
    <div className={`card ${look(layer.state).colour} ${isHere ? "here" : ""}`}>
      <Handle type="target" position={Position.Left} />
      <strong>{layer.name ?? layer.ref}</strong>
      <span className="quiet">
        {layer.state ? <State state={layer.state} brief={layer.state !== "FAIL"} /> : <span title="Once for each item of its loop">↻</span>} {layer.appId} {layer.durationMs !== null && layer.startedAt && duration(layer.durationMs)}
      </span>
      <Handle type="source" position={Position.Right} />
    </div>
  );
});

const TYPES = { card: Flowlet };

/** Where all of it would be too small to read, the step that one looks at. */
function readable(flow: ReactFlowInstance<Card>, place: Place | undefined): void {
  if (place && flow.getZoom() < SMALLEST) void flow.setCenter(place.x, place.y, { zoom: SMALLEST });
}

export function placesOf(flowlets: readonly Flowlet[]): Map<string, Place> {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 18, ranksep: 60 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { ref } of flowlets) graph.setNode(ref, { width: WIDTH, height: HEIGHT });
  for (const { from, to } of edgesOf(flowlets)) graph.setEdge(from, to);
  layout(graph);
  return new Map(flowlets.map(({ ref }) => [ref, graph.node(ref) as Place]));
}

function cards(layers: readonly LayerOfPlay[], places: Map<string, Place>, at: string | null): Card[] {
  return layers.flatMap((layer) => {
    const place = places.get(layer.ref);
    if (!place) return [];
    return {
      id: layer.ref,
      type: "card" as const,
      position: { x: place.x - WIDTH / 2, y: place.y - HEIGHT / 2 },
      width: WIDTH,
      height: HEIGHT,
      ariaLabel: `${layer.ref}, ${look(layer.state).word}`,
      data: { layer, isHere: layer.ref === at },
    };
  });
}

function lines(flowlets: readonly Flowlet[]): Edge[] {
  return edgesOf(flowlets).map(({ from, to }) => ({ id: `${from} ${to}`, source: from, target: to, focusable: false }));
}
