// Who uses what: the data lines of the canvas, the uses of one flowlet, and refs that nobody has or that come too late.
import type { Problem } from "../../forms/types";
import { pathText, spokenIn, textsIn } from "./expressions";
import { ancestry, type Edge } from "./order";
import type { FlowText, Flowlet } from "./types";

export interface Use {
  /** Whose field it is; null is the flow's own, such as its output. */
  by: string | null;
  path: string;
  text: string;
}

const ORDER_FIELDS = ["after", "inside"] as const;
/** Args of an aggregator that name a flowlet as plain text. */
export const NAMING_ARGS = ["loop", "flowlet"] as const;
export const AGGREGATOR = "aggregator";

/** Every field that speaks of a flowlet: expressions, the order, the loop around. */
export function usesOf(text: FlowText, ref: string): Use[] {
  const { flowlets, ...own } = text;
  const found = speaking(own, ref, [], null);
  flowlets.forEach((each, place) => {
    const { after: _after, inside: _inside, ref: _ref, ...rest } = each;
    found.push(...naming(each, ref, place), ...speaking(rest, ref, ["flowlets", place], each.ref));
  });
  return found;
}

function speaking(value: unknown, ref: string, path: readonly (string | number)[], by: string | null): Use[] {
  return [...textsIn(value, path)]
    .filter((each) => spokenIn(each.text).some((spoken) => spoken.ref === ref))
    .map((each) => ({ by, path: pathText(each.path), text: each.text }));
}

function naming(flowlet: Flowlet, ref: string, place: number): Use[] {
  const found: Use[] = [];
  const path = `flowlets[${place}]`;
  const named = (name: string, value: unknown) => {
    const those = Array.isArray(value) ? value : [value];
    if (those.includes(ref)) found.push({ by: flowlet.ref, path: `${path}.${name}`, text: JSON.stringify(value) });
  };
  for (const field of ORDER_FIELDS) named(field, flowlet[field]);
  if (flowlet.appId === AGGREGATOR) for (const arg of NAMING_ARGS) named(`args.${arg}`, flowlet.args?.[arg]);
  return found;
}

/** From whom to whom data goes, read from expressions. */
export function dataLines(text: FlowText): Edge[] {
  const known = new Set(text.flowlets.map((each) => each.ref));
  return text.flowlets.flatMap((each) => {
    const read = new Set([...textsIn(each)].flatMap((found) => spokenIn(found.text).map((spoken) => spoken.ref)));
    return [...read].filter((from) => known.has(from) && from !== each.ref).map((from) => ({ from, to: each.ref }));
  });
}

/** What can be said at once, before the server has read the draft: refs of expressions that cannot be right. */
export function doubtfulRefs(text: FlowText): Problem[] {
  const known = new Set(text.flowlets.map((each) => each.ref));
  const earlierThan = ancestry(text.flowlets);
  return text.flowlets.flatMap((flowlet, place) => {
    return [...textsIn(flowlet, ["flowlets", place])].flatMap(({ text: source, path }) =>
      spokenIn(source).flatMap(({ ref }) => {
        if (ref === "args") return [];
        if (!known.has(ref)) return { path: pathText(path), message: `speaks of ${ref}, but no flowlet is called so` };
        if (earlierThan(flowlet.ref).has(ref)) return [];
        return { path: pathText(path), message: `speaks of ${ref}, which is not sure to be finished when ${flowlet.ref} starts` };
      }),
    );
  });
}

/** The problems of one flowlet, by its place in the list. */
export function problemsAt(problems: readonly Problem[], place: number): Problem[] {
  const start = `flowlets[${place}]`;
  return problems.filter((each) => each.path === start || each.path.startsWith(`${start}.`));
}
