// The bars of the waterfall: when each step ran, attempt by attempt.
import { useQuery } from "@tanstack/react-query";
import type { LayerOfPlay, Play } from "../api/types";
import { eventsBehind } from "../live/usePlay";
import { attemptsOf, type Attempt } from "./attempts";
import type { Step } from "./model";
import type { Span } from "./scale";

export interface Bar extends Span {
  isRetried: boolean;
}

export type Attempts = ReadonlyMap<string, readonly Attempt[]>;
const NONE: Attempts = new Map();

/** The attempts of every step; asked for only where something was tried more than once. */
export function useAttempts(play: Play): Attempts {
  const count = play.layers.reduce((sum, layer) => sum + (layer.attempts > 1 ? layer.attempts : 0), 0);
  const found = useQuery({
    queryKey: ["attempts", play.id, play.state, count],
    queryFn: async () => attemptsOf(await eventsBehind(play.id, 0)),
    enabled: count > 0,
    staleTime: Infinity,
    placeholderData: (before) => before,
    structuralSharing: false,
  });
  return found.data ?? NONE;
}

/** The bars of a row: one for each attempt, or one from the beginning to the end. */
export function barsOf(layer: LayerOfPlay, now: number, attempts: Attempts): Bar[] {
  if (!layer.startedAt) return [];
  const from = Date.parse(layer.startedAt);
  const to = layer.endedAt ? Date.parse(layer.endedAt) : now || from;
  const tried = layer.attempts > 1 && layer.layerId !== null ? (attempts.get(layer.layerId) ?? []) : [];
  if (tried.length < 2) return [{ from, to, isRetried: false }];
  return tried.map((each) => ({ from: each.from, to: each.to ?? to, isRetried: each.isRetried }));
}

/** When something ran. What waited for a person or a time counts at its two ends only, so that waits can fold. */
export function spansOf(steps: readonly Step[], now: number, attempts: Attempts): Span[] {
  return steps.flatMap(({ layer }) => {
    const bars = barsOf(layer, now, attempts);
    if (!layer.waiting && !layer.decision) return bars;
    return bars.flatMap(({ from, to }) => [{ from, to: from }, { from: to, to }]);
  });
}
