// Two plays side by side: their steps aligned by flowlet, and where they began to differ.
import type { LayerOfPlay, Play } from "../api/types";

export interface Pair {
  ref: string;
  one: LayerOfPlay | null;
  other: LayerOfPlay | null;
  /** How much longer the other took, if both came to an end. */
  delta: number | null;
}

export function pairs(one: Play, other: Play): Pair[] {
  const theirs = new Map(other.layers.map((layer) => [layer.ref, layer]));
  const mine = one.layers.map((layer) => pair(layer.ref, layer, theirs.get(layer.ref) ?? null));
  const known = new Set(one.layers.map((layer) => layer.ref));
  return [...mine, ...other.layers.filter((layer) => !known.has(layer.ref)).map((layer) => pair(layer.ref, null, layer))];
}

function pair(ref: string, one: LayerOfPlay | null, other: LayerOfPlay | null): Pair {
  const both = ended(one) && ended(other);
  return { ref, one, other, delta: both ? other!.durationMs! - one!.durationMs! : null };
}

function ended(layer: LayerOfPlay | null): boolean {
  return layer !== null && layer.startedAt !== null && layer.durationMs !== null;
}

/** `+120 ms`, `-3.00 s`, or nothing when the difference is none. */
export function deltaText(delta: number | null, words: (ms: number) => string): string {
  if (delta === null || delta === 0) return "";
  return `${delta > 0 ? "+" : "−"}${words(Math.abs(delta))}`;
}

/** The first step, in order, whose outputs differ; each is asked for until one does. */
export async function firstDifference(
  found: readonly Pair[],
  outputs: (ref: string) => Promise<readonly [string, string]>,
): Promise<string | null> {
  for (const { ref, one, other } of found) {
    if (!one?.layerId || !other?.layerId) continue;
    if (one.state !== other.state) return ref;
    if (one.startedAt === null || other.startedAt === null) continue;
    const [mine, theirs] = await outputs(ref);
    if (mine !== theirs) return ref;
  }
  return null;
}
