// Gives a flowlet another ref, and changes everything that speaks of it.
import { respoken, withTexts } from "./expressions";
import type { FlowText, Flowlet } from "./types";
import { AGGREGATOR, NAMING_ARGS, usesOf } from "./uses";

const REF = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const LONGEST = 64;

export interface Rewrite {
  by: string | null;
  path: string;
  before: string;
  after: string;
}

/** Why a flowlet cannot be called so; null when it can. */
export function refProblem(text: FlowText, ref: string, next: string): string | null {
  if (!REF.test(next)) return "A ref is letters, digits and underscores, and does not start with a digit.";
  if (next.length > LONGEST) return `A ref has at most ${LONGEST} characters.`;
  if (next === "args") return "args is what the play was started with; choose another ref.";
  if (next !== ref && text.flowlets.some((each) => each.ref === next)) return `Another flowlet is called ${next} already.`;
  return null;
}

/** The same flow, in which the flowlet and all that speaks of it say the new ref. */
export function renameRef(text: FlowText, ref: string, next: string): FlowText {
  const { flowlets, ...own } = text;
  const change = (source: string) => respoken(source, ref, next);
  const said = flowlets.map((each) => renamedIn(withTexts(each, change), ref, next));
  return { ...withTexts(own, change), flowlets: said };
}

function renamedIn(flowlet: Flowlet, ref: string, next: string): Flowlet {
  const changed = { ...flowlet };
  if (flowlet.ref === ref) changed.ref = next;
  if (flowlet.inside === ref) changed.inside = next;
  if (flowlet.after?.includes(ref)) changed.after = flowlet.after.map((each) => (each === ref ? next : each));
  if (flowlet.appId === AGGREGATOR && flowlet.args) {
    const named = NAMING_ARGS.filter((arg) => flowlet.args![arg] === ref);
    changed.args = { ...flowlet.args, ...Object.fromEntries(named.map((arg) => [arg, next])) };
  }
  return changed;
}

/** What a rename will change, before and after. */
export function rewritesOf(text: FlowText, ref: string, next: string): Rewrite[] {
  const after = new Map(usesOf(renameRef(text, ref, next), next).map((use) => [use.path, use.text]));
  return usesOf(text, ref).map((use) => ({ by: use.by, path: use.path, before: use.text, after: after.get(use.path) ?? "" }));
}
