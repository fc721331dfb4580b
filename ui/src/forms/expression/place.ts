// Where in a text with expressions a cursor stands, and what could be written there.

export type Place =
  | { kind: "root"; from: number; typed: string }
  | { kind: "path"; from: number; typed: string; root: string; path: (string | number)[] }
  | { kind: "item"; from: number; typed: string; root: string; path: (string | number)[] }
  | { kind: "function"; from: number; typed: string };

const STEPS = String.raw`(?:\.[A-Za-z_]\w*|\[\d+\]|\["[^"\]]*"\]|\['[^'\]]*'\])*`;
const PATH = new RegExp(String.raw`\$(\w+)(${STEPS})\.(\w*)$`);
const ITEM = new RegExp(String.raw`\$(\w+)(${STEPS})\s*\|\s*\w+\((?:[^()]*[^\w\])"'])?\.(\w*)$`);
const ROOT = /\$(\w*)$/;
const PIPE = /(?:^|[^|])\|\s*([A-Za-z_]\w*)?$/;
const STEP = /\.([A-Za-z_]\w*)|\[(\d+)\]|\[["']([^"'\]]*)["']\]/g;

/** What stands at a position; null outside of `{{ }}` and inside quotes. */
export function placeAt(text: string, position: number): Place | null {
  const start = openedAt(text, position);
  if (start === null) return null;
  const source = text.slice(start, position);
  const item = ITEM.exec(source);
  if (item) return { kind: "item", from: position - item[3]!.length, typed: item[3]!, root: item[1]!, path: stepsOf(item[2]!) };
  const path = PATH.exec(source);
  if (path) return { kind: "path", from: position - path[3]!.length, typed: path[3]!, root: path[1]!, path: stepsOf(path[2]!) };
  const root = ROOT.exec(source);
  if (root) return { kind: "root", from: position - root[1]!.length - 1, typed: root[1]! };
  const pipe = PIPE.exec(source);
  if (pipe) return { kind: "function", from: position - (pipe[1] ?? "").length, typed: pipe[1] ?? "" };
  return /^\s*$/.test(source) ? { kind: "root", from: position, typed: "" } : null;
}

export function stepsOf(text: string): (string | number)[] {
  return [...text.matchAll(STEP)].map(([, name, place, quoted]) => name ?? (place !== undefined ? Number(place) : quoted!));
}

/** Where the expression around a position begins, behind its `{{`; null when there is none, or the position is in quotes. */
export function openedAt(text: string, position: number): number | null {
  let start: number | null = null;
  let quote = "";
  for (let at = 0; at < position; at += 1) {
    const sign = text[at]!;
    if (start === null) {
      if (sign === "{" && text[at + 1] === "{" && at + 2 <= position) start = (at += 1) + 1;
    } else if (quote) {
      if (sign === "\\") at += 1;
      else if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === "}" && text[at + 1] === "}" && at + 2 <= position) {
      start = null;
      at += 1;
    }
  }
  return quote ? null : start;
}

const WHOLE = new RegExp(String.raw`^\s*\{\{\s*\$(\w+)(${STEPS})\s*\}\}\s*$`);

/** The root and steps of a text that is nothing but one path; null for anything else. */
export function onlyPath(text: string): { root: string; path: (string | number)[] } | null {
  const found = WHOLE.exec(text);
  return found ? { root: found[1]!, path: stepsOf(found[2]!) } : null;
}

/** What a path leads to in known values; undefined where it leads nowhere. */
export function reached(values: Record<string, unknown>, root: string, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, step) => {
    if (Array.isArray(at)) return typeof step === "number" ? at[step] : undefined;
    return at !== null && typeof at === "object" ? (at as Record<string, unknown>)[String(step)] : undefined;
  }, values[`$${root}`]);
}

/** A path as an expression writes it: `$prev.total.rows[0]["x y"]`. */
export function written(root: string, path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return /^[A-Za-z_]\w*$/.test(step) ? `${text}.${step}` : `${text}[${JSON.stringify(step)}]`;
  }, `$${root}`);
}

/** A text with a path put in at a selection: bare where an expression wants a value there, else as an expression of its own. */
export function withPath(text: string, path: string, from: number, to: number): { text: string; at: number } {
  const own = `{{ ${path} }}`;
  const start = openedAt(text, from);
  if (start === null) return put(text, own, from, to);
  const before = text.slice(start, from);
  const isBehindValue = /[\w\])}"']\s*$/.test(before);
  const isBeforeValue = /^\s*[\w$("'[{]/.test(text.slice(to));
  if (isBehindValue) return putBehind(text, own, to);
  if (isBeforeValue) return put(text, `${own} `, start - 2, start - 2, own.length);
  return put(text, path, start + before.length - HALF.exec(before)![0].length, to);
}

/** `$` or `$prev.total.`, with nothing behind it yet; or nothing at all. */
const HALF = new RegExp(String.raw`(?:\$(?:\w+${STEPS}\.)?)?$`);

function put(text: string, what: string, from: number, to: number, length = what.length): { text: string; at: number } {
  return { text: text.slice(0, from) + what + text.slice(to), at: from + length };
}

/** Behind the expression in which a position stands; one that nobody has closed yet is closed there. */
function putBehind(text: string, what: string, position: number): { text: string; at: number } {
  for (let end = text.indexOf("}}", position); end >= 0; end = text.indexOf("}}", end + 1)) {
    if (openedAt(text, end) !== null) return put(text, ` ${what}`, end + 2, end + 2);
  }
  return put(text, ` }} ${what}`, position, position);
}
