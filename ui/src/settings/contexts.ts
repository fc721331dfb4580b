// What expressions of a flowlet may read, and what the server works out of them with the last data.
import { ApiError, post } from "../api/client";
import { ancestorsOf } from "../editor/model/order";
import { spokenIn } from "../editor/model/expressions";
import type { Filter } from "../editor/model/types";
import type { Evaluated, ExpressionContext } from "../forms/types";
import { hasLayer, layerIdOf, outputOf, wholeOf, type Source } from "./known";
import { sizeOf } from "./sizes";
import type { Judged } from "./types";

/** A pin up to this size is sent along with an expression that reads it. */
export const SENT_BYTES = 64 * 1024;

export function contextFor(source: Source, ref: string, args: unknown): ExpressionContext {
  const { play, text } = source;
  const before = ancestorsOf(text, ref);
  const refs = text.flowlets.map((each) => each.ref).filter((each) => before.has(each)).reverse();
  const loaded: Record<string, unknown> = {};
  for (const [pinned, value] of source.pins) if (before.has(pinned)) loaded[pinned] = value;
  const base = { $args: play && !play.argsTruncated ? play.args : args, $prev: loaded, $layer: {}, ...(play ? { $play: aboutPlay(play) } : {}) };
  const load = async (wanted: string) => {
    const known = await outputOf(source, wanted);
    if (!known) return null;
    const whole = await wholeOf(known);
    if (whole.isCut) return null;
    if (known.from !== "example") loaded[wanted] = whole.value;
    return { value: whole.value, from: whole.from };
  };
  const shared = { values: base, refs, load, isInLoop: Boolean(text.flowlets.find((each) => each.ref === ref)?.inside) };
  if (!play) return { ...shared, from: null };
  return { ...shared, from: source.from === "test" ? "last test" : "last play", evaluate: (expression) => evaluated(source, ref, expression) };
}

function aboutPlay(play: { id: string; createdAt: string; origin: { door: string } }) {
  return { id: play.id, createdAt: play.createdAt, door: play.origin.door };
}

async function evaluated(source: Source, ref: string, expression: string): Promise<Evaluated> {
  const spoken = [...new Set(spokenIn(expression).map((each) => each.ref))].filter((each) => each !== "args");
  const small = spoken.filter((each) => source.pins.has(each) && sizeOf(source.pins.get(each)) <= SENT_BYTES);
  const note = noteOf(source, spoken, small);
  const done = source.play!.layers.filter((each) => each.state === "DONE").length;
  const key = ["evaluate", source.play!.id, source.play!.state, done, layerIdOf(source.text, ref), expression, small.map((each) => source.pins.get(each))];
  try {
    const found = await source.client.fetchQuery({ queryKey: key, queryFn: ({ signal }) => ask(source, ref, small, { expression }, signal), staleTime: Infinity, gcTime: 60_000 });
    if (found.trouble) return { error: sentence(found.trouble.message) };
    return { value: found.value, isCut: found.truncated, ...(note ? { note } : {}) };
  } catch (refused) {
    return { error: reasonOf(refused) };
  }
}

function noteOf({ play, pins, from }: Source, spoken: readonly string[], small: readonly string[]): string | null {
  const large = spoken.find((each) => pins.has(each) && !small.includes(each));
  if (large) return `from the last ${from}: the pin of ${large} is too large to be sent along`;
  const missing = spoken.find((each) => !pins.has(each) && !hasLayer(play, each));
  if (missing) return `${missing} has not run yet, so it reads as null`;
  return small.length ? "with pinned data" : null;
}

/** Which conditions hold, asked of the engine that will ask them in a play. */
export async function judged(source: Source, ref: string, filters: readonly Filter[]): Promise<Judged | null> {
  if (!source.play || !filters.length) return null;
  const spoken = new Set(spokenIn(JSON.stringify(filters)).map((each) => each.ref));
  const small = [...spoken].filter((each) => source.pins.has(each) && sizeOf(source.pins.get(each)) <= SENT_BYTES);
  try {
    const found = await ask(source, ref, small, { filters: filters as never });
    return { met: found.met, holds: found.holds, ...(found.trouble ? { error: sentence(found.trouble.message) } : {}) };
  } catch (refused) {
    return { met: [], holds: null, error: reasonOf(refused) };
  }
}

function ask(source: Source, ref: string, pinned: readonly string[], question: { expression?: string; filters?: never }, signal?: AbortSignal) {
  const prev = Object.fromEntries(pinned.map((each) => [each, source.pins.get(each)]));
  const layerId = hasLayer(source.play, ref) ? { layerId: layerIdOf(source.text, ref) } : {};
  return post("/plays/{play_id}/evaluate", { path: { play_id: source.play!.id }, body: { ...question, ...layerId, prev }, ...(signal ? { signal } : {}) });
}

function reasonOf(refused: unknown): string {
  if (refused instanceof ApiError && refused.status === 0) return refused.message;
  return sentence(refused instanceof ApiError ? (refused.details[0]?.message ?? refused.message) : String(refused));
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
