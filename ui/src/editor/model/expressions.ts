// Reads which flowlets an expression speaks of, and changes their refs in it without touching anything else.

const ROOT = /\$(prev|layer)\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\])/y;

interface Spoken {
  root: "prev" | "layer";
  ref: string;
  /** Where the ref itself stands in the text. */
  from: number;
  to: number;
}

/** Every `$prev.<ref>` and `$layer.<ref>` inside the `{{ }}` of a text; what stands in quotes is only text. */
export function spokenIn(text: string): Spoken[] {
  const found: Spoken[] = [];
  let place = text.indexOf("{{");
  while (place >= 0) {
    place = readOne(text, place + 2, found);
    place = text.indexOf("{{", place);
  }
  return found;
}

function readOne(text: string, start: number, found: Spoken[]): number {
  let place = start;
  let braces = 0;
  while (place < text.length) {
    const sign = text[place]!;
    if (sign === '"' || sign === "'") place = afterQuoted(text, place);
    else if (sign === "$") place = readRoot(text, place, found);
    else if (sign === "}" && braces === 0 && text[place + 1] === "}") return place + 2;
    else {
      if (sign === "{") braces += 1;
      if (sign === "}" && braces > 0) braces -= 1;
      place += 1;
    }
  }
  return place;
}

function afterQuoted(text: string, start: number): number {
  for (let place = start + 1; place < text.length; place += 1) {
    if (text[place] === "\\") place += 1;
    else if (text[place] === text[start]) return place + 1;
  }
  return text.length;
}

function readRoot(text: string, start: number, found: Spoken[]): number {
  ROOT.lastIndex = start;
  const match = ROOT.exec(text);
  if (!match) return start + 1;
  const ref = match[2] ?? match[3]!.slice(1, -1);
  const end = match[2] !== undefined ? ROOT.lastIndex : start + match[0].lastIndexOf(match[3]!) + match[3]!.length - 1;
  found.push({ root: match[1] as "prev" | "layer", ref, from: end - ref.length, to: end });
  return ROOT.lastIndex;
}

/** The same text, speaking of `next` where it spoke of `ref`. */
export function respoken(text: string, ref: string, next: string): string {
  const those = spokenIn(text).filter((each) => each.ref === ref);
  return those.reduceRight((whole, each) => whole.slice(0, each.from) + next + whole.slice(each.to), text);
}

type Path = readonly (string | number)[];

/** Every text inside a value, with the path to it. */
export function* textsIn(value: unknown, path: Path = []): Generator<{ text: string; path: Path }> {
  if (typeof value === "string") yield { text: value, path };
  else if (Array.isArray(value)) for (const [place, each] of value.entries()) yield* textsIn(each, [...path, place]);
  else if (value !== null && typeof value === "object") {
    for (const [name, each] of Object.entries(value)) yield* textsIn(each, [...path, name]);
  }
}

/** The same value with every text inside it changed; what does not change stays the same object. */
export function withTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === "string") return change(value) as T;
  if (Array.isArray(value)) {
    const next = value.map((each) => withTexts(each, change));
    return next.some((each, place) => each !== value[place]) ? (next as T) : value;
  }
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([name, each]) => [name, withTexts(each, change)] as const);
  const isSame = entries.every(([name, each]) => each === (value as Record<string, unknown>)[name]);
  return isSame ? value : (Object.fromEntries(entries) as T);
}

/** A path as the server writes it: `flowlets[2].args.values.total`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, each) => {
    if (typeof each === "number") return `${text}[${each}]`;
    if (/^[^.[\]"]+$/.test(each)) return text ? `${text}.${each}` : each;
    return `${text}[${JSON.stringify(each)}]`;
  }, "");
}

/** And read back. */
export function pathOf(text: string): (string | number)[] {
  const pieces = text.matchAll(/([^.[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g);
  return [...pieces].map(([, name, place, quoted]) => name ?? (place !== undefined ? Number(place) : (JSON.parse(quoted!) as string)));
}
