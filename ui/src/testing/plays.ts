// Plays and layers for tests, complete unless a test says otherwise.
import type { LayerOfPlay, Play } from "../api/types";

export function aLayer(ref: string, changes: Partial<LayerOfPlay> = {}): LayerOfPlay {
  return {
    layerId: ref, ref, inside: null, appId: "var", name: null, state: "DONE", attempts: 1, effect: "none", error: null,
    unmet: [], waiting: null, decision: null, loop: null, child: null, startedAt: "2026-04-04T10:00:00.000Z",
    endedAt: "2026-04-04T10:00:00.010Z", dueAt: null, durationMs: 10, openStates: {}, ...changes,
  };
}

export function aPlay(layers: LayerOfPlay[], changes: Partial<Play> = {}): Play {
  return {
    id: "p1", flowId: "f1", flow: "billing", version: 1, test: false, state: "DONE", title: null, origin: { door: "web" },
    createdAt: "2026-04-04T10:00:00.000Z", startedAt: "2026-04-04T10:00:00.000Z", endedAt: "2026-04-04T10:00:00.020Z",
    error: null, durationMs: 20, lane: "plays", rerunOf: null, reruns: [], parent: null, layers, openLayers: [], args: {}, argsTruncated: false,
    output: null, outputTruncated: false, ...changes,
  };
}
