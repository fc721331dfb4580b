// The part of a waterfall's line that is looked at, and the moments that are written above it.
import { duration } from "../parts/times";
import type { Scale } from "./scale";

/** Two shares of the whole line, 0 at its beginning and 1 at its end. */
export interface Zoom {
  from: number;
  to: number;
}

export interface Tick {
  at: number;
  words: string;
}

export const WHOLE: Zoom = { from: 0, to: 1 };
const LEAST = 0.002;
const TICKS = [0, 0.25, 0.5, 0.75];
const HALVINGS = 40;
/** From here on nobody reads milliseconds. */
const FINE_MS = 60_000;

/** `20-60` as an address has it; whatever is odd is the whole line. */
export function zoomOf(text: string | null): Zoom {
  const [from, to] = (text ?? "").split("-").map((each) => Number(each) / 100);
  const fits = from !== undefined && to !== undefined && from >= 0 && to <= 1 && to - from >= LEAST;
  return fits ? { from, to } : WHOLE;
}

/** null for the whole line, which needs no word in the address. */
export function zoomText({ from, to }: Zoom): string | null {
  if (from <= 0 && to >= 1) return null;
  return [from, to].map((share) => String(Math.round(share * 10_000) / 100)).join("-");
}

/** What a drag over the line from one share of what is seen to another leads to; null for a mere click. */
export function dragged(zoom: Zoom, one: number, other: number): Zoom | null {
  const [low, high] = [Math.min(one, other), Math.max(one, other)].map((share) => Math.max(0, Math.min(1, share))) as [number, number];
  if (high - low < 0.02) return null;
  const width = zoom.to - zoom.from;
  return around({ from: zoom.from + low * width, to: zoom.from + high * width });
}

/** What ran from one moment to another, with some room at both sides. */
export function zoomTo(scale: Scale, from: number, to: number): Zoom {
  const [low, high] = [scale.place(from), scale.place(to)];
  const room = Math.max((high - low) * 0.1, LEAST);
  return around({ from: low - room, to: high + room });
}

function around({ from, to }: Zoom): Zoom {
  const width = Math.min(1, Math.max(to - from, LEAST));
  const start = Math.max(0, Math.min(from, 1 - width));
  return { from: start, to: start + width };
}

/** The same scale, of which only a part is seen: what is outside stands below 0 and above 1. */
export function zoomed(scale: Scale, { from, to }: Zoom): Scale {
  const width = to - from;
  const seen = (share: number) => (share - from) / width;
  return {
    ...scale,
    place: (moment) => seen(scale.place(moment)),
    gaps: scale.gaps.map((gap) => ({ ...gap, at: seen(gap.at), width: gap.width / width })),
  };
}

/** How long after the play's first step each of some places on the line is. */
export function ticksOf(scale: Scale): Tick[] {
  if (scale.to <= scale.from) return [];
  const moments = TICKS.map((at) => momentAt(scale, at) - scale.from);
  const isCoarse = moments.at(-1)! < FINE_MS && new Set(moments.map(duration)).size < moments.length;
  const ticks = TICKS.map((at, place) => ({ at, words: at === 0 && scale.place(scale.from) === 0 ? "0" : `+${told(moments[place]!, isCoarse)}` }));
  return ticks.filter((tick, place) => tick.words !== ticks[place - 1]?.words);
}

/** In words, or in milliseconds where words would make neighbours look the same. */
function told(milliseconds: number, isCoarse: boolean): string {
  return isCoarse ? `${milliseconds.toLocaleString(undefined, { maximumFractionDigits: 1 })} ms` : duration(milliseconds);
}

function momentAt(scale: Scale, share: number): number {
  let [low, high] = [scale.from, scale.to];
  for (let n = 0; n < HALVINGS; n += 1) {
    const middle = (low + high) / 2;
    if (scale.place(middle) < share) low = middle;
    else high = middle;
  }
  return high;
}
