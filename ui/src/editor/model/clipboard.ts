// Flowlets as text: what Ctrl C gives and Ctrl V takes, within a flow, between flows, and from a chat.
import { addAfter, find, freeRef } from "./changes";
import { renameRef } from "./rename";
import type { FlowText, Flowlet } from "./types";

/** The text of some flowlets. */
export function copied(text: FlowText, refs: readonly string[]): string {
  return JSON.stringify({ flowlets: text.flowlets.filter((each) => refs.includes(each.ref)) }, null, 2);
}

/** The flowlets of a text, JSON or YAML, alone or those of a whole flow; null when it holds none. */
export async function readFlowlets(source: string): Promise<Flowlet[] | null> {
  const value = await valueOf(source);
  const held = (value as { flowlets?: unknown } | null)?.flowlets ?? value;
  const list = Array.isArray(held) ? held : [held];
  return list.length > 0 && list.every(isFlowlet) ? list : null;
}

/** What it says; the reader of YAML is fetched for who needs it. */
async function valueOf(source: string): Promise<unknown> {
  try {
    return JSON.parse(source);
  } catch {
    return (await import("./yaml")).plainOf(source);
  }
}

function isFlowlet(value: unknown): value is Flowlet {
  const found = value as Partial<Flowlet> | null;
  return typeof found === "object" && found !== null && typeof found.ref === "string" && typeof found.appId === "string";
}

/** Paste flowlets after another one, one after the other, under refs that are free; they go on speaking of each other. */
export function pasted(text: FlowText, at: string | null, given: readonly Flowlet[]): { text: FlowText; ref: string | null } {
  let fresh: FlowText = { flowlets: given.map((each) => structuredClone(each)) };
  for (const { ref } of given) {
    if (!find(text, ref)) continue;
    const both = { flowlets: [...text.flowlets, ...fresh.flowlets] };
    fresh = renameRef(fresh, ref, freeRef(both, ref));
  }
  let last = at;
  let whole = text;
  const own = new Set(fresh.flowlets.map((each) => each.ref));
  for (const each of fresh.flowlets) {
    whole = addAfter(whole, last, placed(each, own));
    if (!each.inside || !own.has(each.inside)) last = each.ref;
  }
  return { text: whole, ref: fresh.flowlets[0]?.ref ?? null };
}

/** Its old place in the order says nothing here. */
function placed(flowlet: Flowlet, own: ReadonlySet<string>): Flowlet {
  const { after: _after, index: _index, inside, ...rest } = flowlet;
  return (inside && own.has(inside) ? { ...rest, inside } : rest) as Flowlet;
}
