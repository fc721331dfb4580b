// Where each card stands: computed from the order, never stored.
import { graphlib, layout } from "@dagrejs/dagre";
import { columnsOf, edgesOf, mannerOf, type Edge } from "./order";
import type { Place } from "./places";
import type { Flowlet } from "./types";

export const WIDTH = 200;
export const HEIGHT = 64;
export const GAP_X = 84;
const GAP_Y = 30;

export function placesOf(flowlets: readonly Flowlet[], edges: readonly Edge[] = edgesOf(flowlets)): Map<string, Place> {
  const isFlat = flowlets.every((each) => !each.inside);
  return isFlat && mannerOf(flowlets) !== "after" ? inColumns(flowlets) : byDagre(flowlets, edges);
}

function inColumns(flowlets: readonly Flowlet[]): Map<string, Place> {
  const places = new Map<string, Place>();
  columnsOf(flowlets).forEach((column, stage) => {
    const top = -((column.length - 1) * (HEIGHT + GAP_Y)) / 2;
    column.forEach(({ ref }, row) => places.set(ref, { x: stage * (WIDTH + GAP_X), y: top + row * (HEIGHT + GAP_Y) }));
  });
  return places;
}

function byDagre(flowlets: readonly Flowlet[], edges: readonly Edge[]): Map<string, Place> {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: GAP_Y, ranksep: GAP_X });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { ref } of flowlets) graph.setNode(ref, { width: WIDTH, height: HEIGHT });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  return new Map(
    flowlets.map(({ ref }) => {
      const { x, y } = graph.node(ref) as Place;
      return [ref, { x: x - WIDTH / 2, y: y - HEIGHT / 2 }];
    }),
  );
}
