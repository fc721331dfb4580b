// Who waits for whom, as the server works it out: by `after`, else by `index`, else the list, in each scope by itself.
import type { FlowText, Flowlet } from "./types";

/** How a scope writes its order. */
export type Manner = "after" | "index" | "list";

export interface Edge {
  from: string;
  to: string;
}

const NOBODY: readonly string[] = [];

export function scopeOf(flowlet: Flowlet): string | null {
  return flowlet.inside ?? null;
}

export function membersOf(flowlets: readonly Flowlet[], scope: string | null): Flowlet[] {
  return flowlets.filter((each) => scopeOf(each) === scope);
}

export function mannerOf(members: readonly Flowlet[]): Manner {
  if (members.some((each) => Array.isArray(each.after))) return "after";
  return members.some((each) => typeof each.index === "number") ? "index" : "list";
}

/** The flowlets of a scope in columns: by `index` or list, one after another. */
export function columnsOf(members: readonly Flowlet[]): Flowlet[][] {
  if (mannerOf(members) === "list") return members.map((each) => [each]);
  const columns = new Map<number, Flowlet[]>();
  for (const each of members) columns.set(each.index ?? 0, [...(columns.get(each.index ?? 0) ?? []), each]);
  return [...columns].sort(([a], [b]) => a - b).map(([, those]) => those);
}

/** For each flowlet of a scope those that must be finished before it starts; unknown refs are passed over. */
export function beforeOf(members: readonly Flowlet[]): Map<string, string[]> {
  if (mannerOf(members) === "after") {
    const known = new Set(members.map((each) => each.ref));
    return new Map(members.map((each) => [each.ref, [...new Set(each.after ?? [])].filter((ref) => known.has(ref))]));
  }
  const before = new Map<string, string[]>();
  let last: string[] = [];
  for (const column of columnsOf(members)) {
    for (const each of column) before.set(each.ref, last);
    last = column.map((each) => each.ref);
  }
  return before;
}

/** In which stage each flowlet of a scope stands: 0 starts at once. What waits in a circle stands where it was met. */
export function stagesWithin(members: readonly Flowlet[]): Map<string, number> {
  const before = beforeOf(members);
  const missing = new Map([...before].map(([ref, gate]) => [ref, gate.length]));
  const behind = new Map<string, string[]>();
  for (const [ref, gate] of before) for (const from of gate) behind.set(from, [...(behind.get(from) ?? []), ref]);
  const stages = new Map<string, number>();
  const free = members.map((each) => each.ref).filter((ref) => missing.get(ref) === 0);
  for (let place = 0; place < free.length; place += 1) {
    const ref = free[place]!;
    stages.set(ref, Math.max(-1, ...before.get(ref)!.map((each) => stages.get(each) ?? -1)) + 1);
    for (const next of behind.get(ref) ?? []) {
      missing.set(next, missing.get(next)! - 1);
      if (missing.get(next) === 0) free.push(next);
    }
  }
  for (const each of members) if (!stages.has(each.ref)) stages.set(each.ref, 0);
  return stages;
}

/** The lines of a picture: within every scope, and from each loop to what begins inside it. */
export function edgesOf(flowlets: readonly Flowlet[]): Edge[] {
  const scopes = new Set(flowlets.map(scopeOf));
  return [...scopes].flatMap((scope) => {
    const before = beforeOf(membersOf(flowlets, scope));
    const within = [...before].flatMap(([to, gate]) => gate.map((from) => ({ from, to })));
    if (scope === null || !flowlets.some((each) => each.ref === scope)) return within;
    const first = [...before].filter(([, gate]) => gate.length === 0);
    return [...within, ...first.map(([to]) => ({ from: scope, to }))];
  });
}

export interface Row {
  flowlet: Flowlet;
  stage: number;
  depth: number;
}

/** Every flowlet once, in the order in which they could run; what stands in a loop comes right after it. */
export function rowsOf(flowlets: readonly Flowlet[]): Row[] {
  const rows: Row[] = [];
  const seen = new Set<Flowlet>();
  const walk = (scope: string | null, depth: number) => {
    const members = membersOf(flowlets, scope).filter((each) => !seen.has(each));
    const stages = stagesWithin(members);
    const sorted = [...members].sort((a, b) => stages.get(a.ref)! - stages.get(b.ref)!);
    const holders = new Set(flowlets.map(scopeOf));
    for (const flowlet of sorted) {
      seen.add(flowlet);
      rows.push({ flowlet, stage: stages.get(flowlet.ref)!, depth });
      if (holders.has(flowlet.ref)) walk(flowlet.ref, depth + 1);
    }
  };
  walk(null, 0);
  for (const flowlet of flowlets) if (!seen.has(flowlet)) rows.push({ flowlet, stage: 0, depth: 0 });
  return rows;
}

/** Every flowlet that is certainly finished when this one starts: before it, or before a loop around it. */
export function ancestorsOf(text: FlowText, ref: string): ReadonlySet<string> {
  return ancestry(text.flowlets)(ref);
}

/** The same for one flowlet after another: those that wait for the same share one answer. */
export function ancestry(flowlets: readonly Flowlet[]): (ref: string) => ReadonlySet<string> {
  const own = new Map(flowlets.map((each) => [each.ref, each]));
  const scopes = new Set(flowlets.map(scopeOf));
  const gates = new Map([...scopes].flatMap((scope) => [...beforeOf(membersOf(flowlets, scope))]));
  const known = new Map<string | readonly string[], ReadonlySet<string>>();
  return (ref) => {
    const gate = gates.get(ref) ?? NOBODY;
    const key = own.get(ref)?.inside ? ref : gate;
    const found = known.get(key) ?? reached(ref, own, gates);
    known.set(key, found);
    return found;
  };
}

function reached(ref: string, own: ReadonlyMap<string, Flowlet>, gates: ReadonlyMap<string, string[]>): Set<string> {
  const found = new Set<string>();
  const waiting = [ref];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const around = own.get(next)?.inside;
    for (const earlier of [...(gates.get(next) ?? NOBODY), ...(around ? [around] : [])]) {
      if (!found.has(earlier) && own.has(earlier)) waiting.push(earlier);
      found.add(earlier);
    }
  }
  return found;
}
