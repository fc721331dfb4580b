// What is known of flowlets: outputs and inputs of a play, whole where that is sensible, else examples of their modules.
import type { QueryClient } from "@tanstack/react-query";
import { address, get } from "../api/client";
import type { LayerValues, Play } from "../api/types";
import type { FlowText } from "../editor/model/types";
import { sizeOf } from "./sizes";
import type { From, Known } from "./types";
import { moduleQuery } from "./useModule";

/** Up to so many bytes a value is fetched whole to complete paths in it and to be read by a test of one flowlet. */
export const WHOLE_BYTES = 8 * 1024 * 1024;

export interface Source {
  client: QueryClient;
  text: FlowText;
  play: Play | null;
  from: "test" | "play" | null;
  pins: ReadonlyMap<string, unknown>;
}

/** The layer that stands for a flowlet: in loops, that of the first item. */
export function layerIdOf(text: FlowText, ref: string): string {
  let depth = 0;
  const seen = new Set<string>();
  let around = text.flowlets.find((each) => each.ref === ref)?.inside;
  while (around && !seen.has(around)) {
    seen.add(around);
    depth += 1;
    const next: string = around;
    around = text.flowlets.find((each) => each.ref === next)?.inside;
  }
  return ref + "#0".repeat(depth);
}

/** Whether the play has something on record of a flowlet. */
export function hasLayer(play: Play | null, ref: string): boolean {
  const layer = play?.layers.find((each) => each.ref === ref);
  if (!layer) return false;
  return layer.inside ? play!.layers.some((each) => each.ref === layer.inside && (each.loop?.count ?? 0) > 0) : layer.state !== null && layer.state !== "NEW";
}

export async function outputOf(source: Source, ref: string): Promise<Known | null> {
  if (source.pins.has(ref)) {
    const value = source.pins.get(ref);
    return { value, from: "pin", size: sizeOf(value), isCut: false, raw: null };
  }
  return (await recordedOf(source, ref, "output")) ?? exampleOf(source, ref);
}

export async function recordedOf(source: Source, ref: string, of: "input" | "output"): Promise<Known | null> {
  const { play } = source;
  if (!play || !hasLayer(play, ref)) return null;
  const layer = await layerOf(source, ref);
  if (!layer || layer.startedAt === null || (of === "output" && layer.state !== "DONE")) return null;
  const isOutput = of === "output";
  const raw = address("/plays/{play_id}/layers/{layer_id}/raw", { path: { play_id: play.id, layer_id: layer.layerId! }, query: { of } });
  return {
    value: isOutput ? layer.output : layer.input,
    size: isOutput ? layer.size : layer.inputSize,
    isCut: isOutput ? layer.truncated : layer.inputTruncated,
    from: source.from as From,
    raw,
  };
}

async function layerOf({ client, text, play }: Source, ref: string): Promise<LayerValues | null> {
  const layer_id = layerIdOf(text, ref);
  const state = play!.layers.find((each) => each.ref === ref)?.state ?? "";
  try {
    return await client.fetchQuery({
      queryKey: ["layer", play!.id, layer_id, "last", play!.state, state],
      queryFn: ({ signal }) => get("/plays/{play_id}/layers/{layer_id}", { path: { play_id: play!.id, layer_id }, signal }),
      staleTime: Infinity,
    });
  } catch {
    return null;
  }
}

async function exampleOf({ client, text }: Source, ref: string): Promise<Known | null> {
  const appId = text.flowlets.find((each) => each.ref === ref)?.appId;
  if (!appId) return null;
  try {
    const module = await client.fetchQuery(moduleQuery(appId));
    const value = module.examples.find((each) => each.output !== undefined)?.output;
    return value === undefined ? null : { value, from: "example", size: sizeOf(value), isCut: false, raw: null };
  } catch {
    return null;
  }
}

/** The same with all of its value, if that is not too much. */
export async function wholeOf(known: Known): Promise<Known> {
  if (!known.isCut || !known.raw || (known.size ?? 0) > WHOLE_BYTES) return known;
  const answer = await fetch(known.raw);
  return answer.ok ? { ...known, value: await answer.json(), isCut: false } : known;
}
