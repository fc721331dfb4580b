// What can be done to a flow: every change is a new text, and keeps to the way in which the flow writes its order.
import { beforeOf, mannerOf, membersOf, scopeOf } from "./order";
import type { FlowText, Flowlet } from "./types";

export function find(text: FlowText, ref: string | null): Flowlet | undefined {
  return ref === null ? undefined : text.flowlets.find((each) => each.ref === ref);
}

/** The flow with some of its flowlets changed; one for which nothing is answered goes. */
export function mapped(text: FlowText, change: (flowlet: Flowlet) => Flowlet | null): FlowText {
  return { ...text, flowlets: text.flowlets.flatMap((each) => change(each) ?? []) };
}

/** A flowlet without fields that say nothing. */
export function tidy(flowlet: Flowlet): Flowlet {
  return Object.fromEntries(Object.entries(flowlet).filter(([, value]) => value !== undefined)) as Flowlet;
}

export function replace(text: FlowText, ref: string, next: Flowlet): FlowText {
  return mapped(text, (each) => (each.ref === ref ? next : each));
}

/** A ref that nobody has yet, from the name of a module or of the flowlet that is copied. */
export function freeRef(text: FlowText, wish: string): string {
  const base = wish.replace(/\W+/g, "_").replace(/^(\d)/, "_$1").replace(/_\d+$/, "").slice(0, 58) || "step";
  const taken = new Set([...text.flowlets.map((each) => each.ref), "args"]);
  if (!taken.has(base)) return base;
  for (let number = 2; ; number += 1) if (!taken.has(`${base}_${number}`)) return `${base}_${number}`;
}

/** Put a flowlet after another one: what waited for that waits for the new one now. */
export function addAfter(text: FlowText, ref: string | null, made: Flowlet): FlowText {
  const anchor = find(text, ref);
  if (!anchor) return { ...text, flowlets: [...text.flowlets, made] };
  const scope = scopeOf(anchor);
  const fresh = scope === null ? made : { ...made, inside: scope };
  const manner = mannerOf(membersOf(text.flowlets, scope));
  if (manner === "list") return insertBehind(text, anchor, fresh);
  if (manner === "after") {
    const moved = mapped(text, (each) => (scopeOf(each) === scope ? waitingFor(each, anchor.ref, [fresh.ref]) : each));
    return insertBehind(moved, anchor, { ...fresh, after: [anchor.ref] });
  }
  return insertBehind(withRoomAt(text, scope, (anchor.index ?? 0) + 1), anchor, { ...fresh, index: (anchor.index ?? 0) + 1 });
}

/** Put a flowlet beside another one: it waits for the same, and what waited for that waits for both. */
export function addParallel(text: FlowText, ref: string | null, made: Flowlet): FlowText {
  const anchor = find(text, ref);
  if (!anchor) return addAfter(text, ref, made);
  const scope = scopeOf(anchor);
  const fresh = scope === null ? made : { ...made, inside: scope };
  if (mannerOf(membersOf(text.flowlets, scope)) === "after") {
    const joined = mapped(text, (each) => (scopeOf(each) === scope ? waitingFor(each, anchor.ref, [anchor.ref, fresh.ref]) : each));
    return insertBehind(joined, anchor, tidy({ ...fresh, after: anchor.after }));
  }
  const staged = inStages(text, scope);
  return insertBehind(staged, find(staged, anchor.ref)!, { ...fresh, index: find(staged, anchor.ref)!.index ?? 0 });
}

/** Take flowlets away: what waited for them waits for what they waited for; what stood in a loop goes with it. */
export function remove(text: FlowText, refs: readonly string[]): FlowText {
  return refs.reduce(removeOne, text);
}

function removeOne(text: FlowText, ref: string): FlowText {
  const gone = find(text, ref);
  if (!gone) return text;
  const inner = text.flowlets.filter((each) => each.inside === ref && each.ref !== ref).map((each) => each.ref);
  const emptied = remove({ ...text, flowlets: text.flowlets.filter((each) => each !== gone) }, inner);
  return mapped(emptied, (each) => waitingFor(each, ref, gone.after ?? []));
}

/** A copy beside the original, which reads and waits for the same. */
export function duplicate(text: FlowText, ref: string): { text: FlowText; ref: string } {
  const original = find(text, ref);
  if (!original) return { text, ref };
  const copy = { ...structuredClone(original), ref: freeRef(text, original.ref) };
  return { text: addParallel(text, ref, copy), ref: copy.ref };
}

export function toggleDisabled(text: FlowText, ref: string): FlowText {
  return mapped(text, (each) => (each.ref === ref ? tidy({ ...each, disabled: each.disabled ? undefined : true }) : each));
}

/** Let one flowlet wait for another; a flow of stages or a list has its order written as `after` from then on. */
export function connect(text: FlowText, from: string, to: string): FlowText {
  const [a, b] = [find(text, from), find(text, to)];
  if (!a || !b || a === b || scopeOf(a) !== scopeOf(b)) return text;
  const explicit = inAfters(text, scopeOf(a));
  if (waitsFor(explicit, scopeOf(a), from, to) || find(explicit, to)!.after?.includes(from)) return text;
  return mapped(explicit, (each) => (each.ref === to ? { ...each, after: [...(each.after ?? []), from] } : each));
}

export function disconnect(text: FlowText, from: string, to: string): FlowText {
  const target = find(text, to);
  if (!target) return text;
  return mapped(inAfters(text, scopeOf(target)), (each) =>
    each.ref === to ? { ...each, after: (each.after ?? []).filter((ref) => ref !== from) } : each,
  );
}

/** Whether `ref` waits for `other`, directly or not. */
export function waitsFor(text: FlowText, scope: string | null, ref: string, other: string): boolean {
  const before = beforeOf(membersOf(text.flowlets, scope));
  const seen = new Set<string>();
  const waiting = [ref];
  while (waiting.length) {
    for (const each of before.get(waiting.pop()!) ?? []) {
      if (each === other) return true;
      if (!seen.has(each)) waiting.push(each);
      seen.add(each);
    }
  }
  return false;
}

/** The same order, written as `after`. */
export function inAfters(text: FlowText, scope: string | null): FlowText {
  const members = membersOf(text.flowlets, scope);
  if (mannerOf(members) === "after") return text;
  const before = beforeOf(members);
  return mapped(text, (each) => {
    if (scopeOf(each) !== scope) return each;
    const { index: _index, ...rest } = each;
    return { ...rest, after: before.get(each.ref) ?? [] };
  });
}

/** The same order, written as `index`; only for a list, which has one flowlet in each stage. */
export function inStages(text: FlowText, scope: string | null): FlowText {
  if (mannerOf(membersOf(text.flowlets, scope)) !== "list") return text;
  let index = -1;
  return mapped(text, (each) => (scopeOf(each) === scope ? { ...each, index: (index += 1) } : each));
}

/** Stages from `index` on make room for a new one, if that one is taken. */
export function withRoomAt(text: FlowText, scope: string | null, index: number): FlowText {
  const isTaken = membersOf(text.flowlets, scope).some((each) => (each.index ?? 0) === index);
  if (!isTaken) return text;
  return mapped(text, (each) => (scopeOf(each) === scope && (each.index ?? 0) >= index ? { ...each, index: (each.index ?? 0) + 1 } : each));
}

/** Names others in `after` where a flowlet named one. */
export function waitingFor(flowlet: Flowlet, ref: string, instead: readonly string[]): Flowlet {
  if (!flowlet.after?.includes(ref)) return flowlet;
  const after = flowlet.after.flatMap((each) => (each === ref ? instead : each));
  return { ...flowlet, after: [...new Set(after)] };
}

function insertBehind(text: FlowText, anchor: Flowlet, made: Flowlet): FlowText {
  const place = text.flowlets.findIndex((each) => each.ref === anchor.ref);
  return { ...text, flowlets: text.flowlets.toSpliced(place + 1, 0, made) };
}
