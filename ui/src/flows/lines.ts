// The lines of two texts as one list: what is the same, gone or new; long stretches that are the same are folded.
import { diffLines } from "diff";

export interface Line {
  kind: "same" | "removed" | "added" | "folded";
  text: string;
  /** How many lines a folded one stands for. */
  count: number;
}

const AROUND = 3;
export const MOST_LINES = 2_000;

export function linesOf(a: string, b: string): { lines: Line[]; isCut: boolean } {
  const all = diffLines(a, b).flatMap((part) => {
    const kind = part.added ? "added" : part.removed ? "removed" : "same";
    return part.value.replace(/\n$/, "").split("\n").map((text): Line => ({ kind, text, count: 1 }));
  });
  const lines = folded(all);
  return { lines: lines.slice(0, MOST_LINES), isCut: lines.length > MOST_LINES };
}

function folded(all: readonly Line[]): Line[] {
  const isNear = all.map(() => false);
  all.forEach((line, place) => {
    if (line.kind !== "same") for (let near = place - AROUND; near <= place + AROUND; near += 1) if (near in isNear) isNear[near] = true;
  });
  const found: Line[] = [];
  let far: Line[] = [];
  const fold = () => {
    if (far.length > 1) found.push({ kind: "folded", text: "", count: far.length });
    else found.push(...far);
    far = [];
  };
  all.forEach((line, place) => {
    if (!isNear[place]) return void far.push(line);
    fold();
    found.push(line);
  });
  fold();
  return found;
}

/** The same side by side: what is gone at the left of what is new. */
export function pairsOf(lines: readonly Line[]): { left: Line | null; right: Line | null }[] {
  const pairs: { left: Line | null; right: Line | null }[] = [];
  let at = 0;
  while (at < lines.length) {
    if (lines[at]!.kind === "same" || lines[at]!.kind === "folded") {
      pairs.push({ left: lines[at]!, right: lines[at]! });
      at += 1;
      continue;
    }
    const gone = takeWhile(lines, at, "removed");
    const fresh = takeWhile(lines, at + gone.length, "added");
    for (let n = 0; n < Math.max(gone.length, fresh.length); n += 1) pairs.push({ left: gone[n] ?? null, right: fresh[n] ?? null });
    at += gone.length + fresh.length;
  }
  return pairs;
}

function takeWhile(lines: readonly Line[], from: number, kind: Line["kind"]): Line[] {
  let end = from;
  while (end < lines.length && lines[end]!.kind === kind) end += 1;
  return lines.slice(from, end);
}
