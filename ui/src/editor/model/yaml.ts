// The flow as YAML text and back, and where in a text each of its fields stands.
import { Lexer, LineCounter, isNode, parse, parseDocument, stringify, type Document } from "yaml";
import { pathOf } from "./expressions";
import type { FlowText } from "./types";

export interface Unreadable {
  message: string;
  /** Where the text stops making sense. */
  at: number;
  line: number;
}

export function toYaml(text: FlowText): string {
  return stringify(text, { lineWidth: 110, aliasDuplicateObjects: false });
}

/** The flow of a YAML or JSON text, or why it is none. */
export function readYaml(source: string): { text: FlowText } | { unreadable: Unreadable } {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true });
  const [error] = document.errors;
  if (error) {
    const at = error.pos[0];
    const [said] = error.message.split(/ at line \d+|\n/);
    return { unreadable: { message: said!, at, line: lines.linePos(at).line } };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (refused) {
    return unfit((refused as Error).message);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return unfit("A flow is an object with fields such as flow, name and flowlets.");
  const flowlets = (value as { flowlets?: unknown }).flowlets ?? [];
  if (!Array.isArray(flowlets)) return unfit("flowlets must be a list.");
  const place = flowlets.findIndex((each) => typeof each !== "object" || each === null || Array.isArray(each) || typeof each.ref !== "string");
  if (place >= 0) return unfit(`flowlets[${place}] must be an object with a ref.`, offsetOf(document, `flowlets[${place}]`), lines);
  return { text: { ...value, flowlets: flowlets.map((each) => ({ ...each, appId: String(each.appId ?? "") })) } as FlowText };
}

/** The value of a YAML text; null when it cannot be read. */
export function plainOf(source: string): unknown {
  try {
    return parse(source, { maxAliasCount: 100 });
  } catch {
    return null;
  }
}

/** Whether somebody wrote a comment; a sign of its own announces a value, which may begin with `#` as well. */
export function hasComment(source: string): boolean {
  const signs = [...new Lexer().lex(source)];
  return signs.some((sign, place) => sign.startsWith("#") && signs[place - 1] !== "\u001f");
}

function unfit(message: string, at = 0, lines?: LineCounter): { unreadable: Unreadable } {
  return { unreadable: { message, at, line: lines ? lines.linePos(at).line : 1 } };
}

/** From where to where the value at a path stands, or the nearest thing around it that is there. */
export function rangesOf(source: string, paths: readonly string[]): [number, number][] {
  const document = parseDocument(source);
  return paths.map((path) => rangeOf(document, pathOf(path)));
}

function rangeOf(document: Document, path: (string | number)[]): [number, number] {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return [node.range[0], Math.max(node.range[1], node.range[0])];
  }
  return [0, 0];
}

function offsetOf(document: Document, path: string): number {
  return rangeOf(document, pathOf(path))[0];
}

/** Where two texts differ: the part of each between their common beginning and end. */
export function changedPart(before: string, after: string): { from: number; to: number; insert: string } {
  let from = 0;
  const shorter = Math.min(before.length, after.length);
  while (from < shorter && before[from] === after[from]) from += 1;
  let end = 0;
  while (end < shorter - from && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}
