// What the server said of a draft, tied to the flowlets it spoke of: they may stand elsewhere by now.
import type { Problem } from "../../forms/types";
import type { FlowText } from "../model/types";

export interface Told {
  ref: string | null;
  /** The path behind the flowlet, or all of it. */
  rest: string;
  message: string;
}

const PLACE = /^flowlets\[(\d+)\](.*)$/s;

export function tie(problems: readonly Problem[], text: FlowText): Told[] {
  return problems.map(({ path, message }) => {
    const match = PLACE.exec(path);
    const ref = match ? text.flowlets[Number(match[1])]?.ref : undefined;
    return ref === undefined ? { ref: null, rest: path, message } : { ref, rest: match![2]!, message };
  });
}

/** The problems with the paths of the text as it is now; those of flowlets that are gone are gone. */
export function untie(told: readonly Told[], text: FlowText): Problem[] {
  const places = new Map(text.flowlets.map((each, place) => [each.ref, place]));
  return told.flatMap(({ ref, rest, message }) => {
    if (ref === null) return { path: rest, message };
    const place = places.get(ref);
    return place === undefined ? [] : { path: `flowlets[${place}]${rest}`, message };
  });
}
