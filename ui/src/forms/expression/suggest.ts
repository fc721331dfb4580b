// What may be written at a place of an expression: roots, flowlets, fields of real data, functions.
import { reached, type Place } from "./place";
import { ROOTS } from "./roots";
import type { ExpressionContext } from "../types";

export interface FunctionHelp {
  name: string;
  group: string;
  signature: string;
  help: string;
  example: string;
  result: unknown;
}

export interface Suggestion {
  label: string;
  /** What is put in place of what was typed; the label where it is not given. */
  apply?: string;
  /** How many characters back from the end of `apply` the cursor stands. */
  back?: number;
  /** How many characters before what was typed are replaced as well. */
  over?: number;
  detail: string;
  info?: string;
  boost?: number;
}

const MOST = 200;
const SHOWN = 40;

/** Every suggestion for a place; which of them fit what was typed is for the list to say. */
export async function suggestions(place: Place, context: ExpressionContext, functions: readonly FunctionHelp[]): Promise<Suggestion[]> {
  if (place.kind === "function") return functions.map(ofFunction);
  if (place.kind === "root") return rootsOf(context);
  if ((place.root === "prev" || place.root === "layer") && place.path.length === 0 && place.kind === "path") return refsOf(place.root, context);
  if (place.root === "layer" && place.path.length === 1) return LAYER;
  const value = await valueAt(place, context);
  const held = place.kind === "item" ? firstOf(value) : value;
  return fieldsOf(held);
}

const LAYER: Suggestion[] = [
  { label: "state", detail: "DONE, FAIL, SKIP …" },
  { label: "error", detail: "code and message, or null" },
  { label: "attempts", detail: "how often it was tried" },
];

async function valueAt(place: Exclude<Place, { kind: "root" | "function" }>, context: ExpressionContext): Promise<unknown> {
  const known = reached(context.values, place.root, place.path);
  const ref = place.path[0];
  if (known !== undefined || place.root !== "prev" || typeof ref !== "string") return known;
  const loaded = await context.load?.(ref);
  return loaded ? reached({ $prev: { [ref]: loaded.value } }, "prev", place.path) : undefined;
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function rootsOf(context: ExpressionContext): Suggestion[] {
  const loops = new Set(["item", "index"]);
  return Object.entries(ROOTS)
    .filter(([name]) => !loops.has(name) || context.isInLoop)
    .map(([name, help], place) => ({ label: `$${name}`, detail: help, boost: -place }));
}

function refsOf(root: string, context: ExpressionContext): Suggestion[] {
  const refs = context.refs ?? Object.keys((context.values.$prev as object | undefined) ?? {});
  const own = refs.map((ref, place) => ({ label: ref, detail: kindIn(reached(context.values, "prev", [ref])), boost: -place }));
  return root === "prev" ? [...own, { label: "args", detail: "the arguments of the play", boost: -99 }] : own;
}

function fieldsOf(value: unknown): Suggestion[] {
  if (Array.isArray(value)) {
    return value.slice(0, 3).map((each, place) => ({ label: `[${place}]`, apply: `[${place}]`, over: 1, detail: kindIn(each) }));
  }
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value)
    .slice(0, MOST)
    .map(([name, each]) => {
      const isPlain = /^[A-Za-z_]\w*$/.test(name);
      return { label: name, ...(isPlain ? {} : { apply: `[${JSON.stringify(name)}]`, over: 1 }), detail: kindIn(each) };
    });
}

function ofFunction(found: FunctionHelp): Suggestion {
  const takesMore = found.signature.includes(",");
  return {
    label: found.name,
    apply: takesMore ? `${found.name}()` : found.name,
    ...(takesMore ? { back: 1 } : {}),
    detail: found.signature,
    info: `${found.help}\n${found.example} → ${JSON.stringify(found.result)}`,
  };
}

/** A value in a few words: `"A-1"`, `12`, `{3}`, `[45]`. */
export function kindIn(value: unknown): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (value !== null && typeof value === "object") return `object of ${Object.keys(value).length}`;
  const text = typeof value === "string" ? JSON.stringify(value.slice(0, SHOWN + 1)) : String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
