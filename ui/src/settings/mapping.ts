// Offers what a setting could read: by name, by type, from what the flowlets before it gave last.
import { emptyOf, shapeOf, type Kind } from "../forms/schema";
import { written } from "../forms/expression/place";
import type { JsonSchema } from "../forms/types";

export interface Offer {
  field: string;
  path: string;
  value: unknown;
  why: string;
  score: number;
}

/** Something that may be read: a root such as `["prev", "total"]`, its value, and how near it is. */
export interface Readable {
  root: string;
  steps: string[];
  value: unknown;
}

const DEEPEST = 3;
const MOST_FIELDS = 60;

/** For each field that has nothing yet, the best place to read it from; fields without a good one are left out. */
export function offersFor(schema: JsonSchema, args: Record<string, unknown>, readable: readonly Readable[]): Offer[] {
  const leaves = readable.flatMap((each, distance) => leavesOf(each).map((leaf) => ({ ...leaf, distance })));
  return Object.entries(schema.properties ?? {}).flatMap(([field, own]) => {
    if (!isFree(args[field], own, schema)) return [];
    const kind = shapeOf(own, schema).kind;
    const scored = leaves.map((leaf) => ({ leaf, ...scoreOf(field, own, kind, leaf.name, leaf.value) })).filter((each) => each.score > 0);
    scored.sort((a, b) => b.score - a.score || a.leaf.distance - b.leaf.distance || a.leaf.depth - b.leaf.depth);
    const best = scored[0];
    return best ? [{ field, path: best.leaf.path, value: best.leaf.value, why: best.why, score: best.score }] : [];
  });
}

function isFree(value: unknown, own: JsonSchema, root: JsonSchema): boolean {
  return value === undefined || value === null || value === "" || JSON.stringify(value) === JSON.stringify(emptyOf(own, root));
}

interface Leaf {
  name: string;
  path: string;
  value: unknown;
  depth: number;
}

function leavesOf({ root, steps, value }: Readable): Leaf[] {
  const found: Leaf[] = [];
  const walk = (at: unknown, path: string[]) => {
    if (path.length > 0) found.push({ name: path.at(-1)!, path: written(root, [...steps, ...path]), value: at, depth: path.length });
    if (path.length >= DEEPEST || at === null || typeof at !== "object" || Array.isArray(at)) return;
    for (const [key, each] of Object.entries(at).slice(0, MOST_FIELDS)) walk(each, [...path, key]);
  };
  walk(value, []);
  return found;
}

function scoreOf(field: string, own: JsonSchema, kind: Kind, name: string, value: unknown): { score: number; why: string } {
  const fits = fitsKind(kind, value);
  if (fits === false) return { score: 0, why: "" };
  const [a, b] = [plain(field), plain(name)];
  const spoken = plain(`${own.title ?? ""} ${own.description ?? ""}`);
  if (a === b) return { score: 6 + (fits ? 2 : 0), why: fits ? "same name and type" : "same name" };
  if (a.length > 2 && b.length > 2 && (a.endsWith(b) || b.endsWith(a) || a.startsWith(b) || b.startsWith(a))) return { score: 3 + (fits ? 2 : 0), why: fits ? "like name, same type" : "like name" };
  if (fits && b.length > 3 && spoken.includes(b)) return { score: 2, why: "its help speaks of it" };
  return { score: 0, why: "" };
}

/** True for the same type, false for another, null where any will do. */
function fitsKind(kind: Kind, value: unknown): boolean | null {
  if (kind === "json") return null;
  if (value === null || value === undefined) return null;
  if (kind === "list") return Array.isArray(value);
  if (kind === "object" || kind === "map") return typeof value === "object" && !Array.isArray(value);
  if (kind === "number" || kind === "boolean") return typeof value === kind;
  return typeof value === "string" ? true : kind === "text" && typeof value === "number" ? null : false;
}

function plain(text: string): string {
  return text.replace(/[^a-z0-9]/gi, "").toLowerCase();
}
