// Brings two texts of one flow together, flowlet by flowlet, seen from the text that both began with.
import type { FlowText, Flowlet } from "./types";

export type Side = "mine" | "theirs";

/** A part that both changed, each in another way: a flowlet by its ref, or a field of the flow. */
export interface Clash {
  part: string;
  kind: "flowlet" | "field";
  mine: unknown;
  theirs: unknown;
}

export interface Merged {
  text: FlowText;
  clashes: Clash[];
  /** The parts that differ from the common beginning. */
  mine: string[];
  theirs: string[];
}

/** The merge; where both changed one part, `choose` says whose counts. */
export function merge(base: FlowText, mine: FlowText, theirs: FlowText, choose: (part: string) => Side = () => "mine"): Merged {
  const clashes: Clash[] = [];
  const pick = (part: string, kind: Clash["kind"], b: unknown, m: unknown, t: unknown) => {
    if (isSame(m, t) || isSame(b, t)) return m;
    if (isSame(b, m)) return t;
    clashes.push({ part, kind, mine: m, theirs: t });
    return choose(part) === "mine" ? m : t;
  };
  const fields = new Set([...Object.keys(theirs), ...Object.keys(mine)].filter((name) => name !== "flowlets"));
  const own = [...fields].map((name) => [name, pick(name, "field", base[name], mine[name], theirs[name])] as const);
  const [b, m, t] = [byRef(base), byRef(mine), byRef(theirs)];
  const flowlets = orderOf(base, mine, theirs).flatMap((ref) => {
    const found = pick(ref, "flowlet", b.get(ref), m.get(ref), t.get(ref));
    return found === undefined ? [] : [found as Flowlet];
  });
  const text = { ...Object.fromEntries(own.filter(([, value]) => value !== undefined)), flowlets } as FlowText;
  return { text, clashes, mine: differences(base, mine), theirs: differences(base, theirs) };
}

/** The parts in which two texts differ. */
export function differences(before: FlowText, after: FlowText): string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)].filter((name) => name !== "flowlets"));
  const [b, a] = [byRef(before), byRef(after)];
  const refs = new Set([...b.keys(), ...a.keys()]);
  return [
    ...[...fields].filter((name) => !isSame(before[name], after[name])),
    ...[...refs].filter((ref) => !isSame(b.get(ref), a.get(ref))),
    ...(isMoved(before, after) ? ["order"] : []),
  ];
}

function isMoved(before: FlowText, after: FlowText): boolean {
  const [b, a] = [namesIn(before), namesIn(after)];
  const kept = b.filter((ref) => a.includes(ref));
  return !isSame(kept, a.filter((ref) => b.includes(ref)));
}

/** My order where I changed it, else theirs; what only the other one has stands behind what it stood behind there. */
function orderOf(base: FlowText, mine: FlowText, theirs: FlowText): string[] {
  const [first, second] = isMoved(base, mine) ? [mine, theirs] : [theirs, mine];
  const order = namesIn(first);
  namesIn(second).forEach((ref, place, all) => {
    if (order.includes(ref)) return;
    const before = all[place - 1];
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, ref);
  });
  return order;
}

function byRef(text: FlowText): Map<string, Flowlet> {
  return new Map(namesIn(text).map((name, place) => [name, text.flowlets[place]!]));
}

/** A name for each flowlet: its ref, and a number where several have that ref, so that none of them is lost. */
function namesIn(text: FlowText): string[] {
  const seen = new Map<string, number>();
  return text.flowlets.map(({ ref }) => {
    const count = (seen.get(ref) ?? 0) + 1;
    seen.set(ref, count);
    return count === 1 ? ref : `${ref} (${count})`;
  });
}

/** Whether two JSON values say the same; an absent field and an undefined one do. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => isSame((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]));
}
