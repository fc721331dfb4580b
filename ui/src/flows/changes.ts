// What differs between two versions in words: one entry for each flowlet that is new, gone or changed, one for the flow.
import type { Diff, FieldChange } from "../api/types";
import type { Mark } from "./marks";

export interface Change {
  /** The ref of the flowlet; null for the flow itself. */
  ref: string | null;
  mark: Exclude<Mark, "moved">;
  /** `retry.count 1 → 3`; one line for each field. */
  lines: readonly string[];
}

const LONGEST = 80;
/** How much stands before the first sign that differs. */
const AROUND = 24;
const HIDDEN = "***";

export function changesOf(diff: Diff): Change[] {
  const { added, removed, changed } = diff.flowlets;
  const flow: Change[] = diff.fields.length ? [{ ref: null, mark: "changed", lines: diff.fields.map(fieldWords) }] : [];
  return [
    ...flow,
    ...added.map((each): Change => ({ ref: refOf(each), mark: "added", lines: [kindOf(each)] })),
    ...changed.map((each): Change => ({ ref: each.ref, mark: "changed", lines: each.fields.map(fieldWords) })),
    ...removed.map((each): Change => ({ ref: refOf(each), mark: "removed", lines: [kindOf(each)] })),
  ];
}

/** `retry.count 1 → 3`, `+ timeout 60`, `− title "Old"`; of a secret only that it changed. */
export function fieldWords(change: FieldChange): string {
  const path = change.path || "the whole";
  if (isHidden(change.before) || isHidden(change.after)) return `${path} ${change.kind}; it is secret, so its value is not shown`;
  if (change.kind === "added") return `+ ${path} ${valueWords(change.after)}`;
  if (change.kind === "removed") return `− ${path} ${valueWords(change.before)}`;
  const [before, after] = differing(textOf(change.before), textOf(change.after));
  return `${path} ${before} → ${after}`;
}

/** Two long texts from shortly before where they begin to differ: cut at their beginning they may look the same. */
function differing(before: string, after: string): [string, string] {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  const isLong = Math.max(before.length, after.length) > LONGEST && same > AROUND;
  const from = isLong ? same - AROUND : 0;
  const shown = (text: string) => (from ? "… " : "") + cut(text.slice(from));
  return [shown(before), shown(after)];
}

function isHidden(value: unknown): boolean {
  return value === HIDDEN;
}

function valueWords(value: unknown): string {
  return cut(textOf(value));
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}

function refOf(flowlet: Record<string, unknown>): string {
  return String(flowlet.ref ?? "a flowlet without ref");
}

function kindOf(flowlet: Record<string, unknown>): string {
  const name = typeof flowlet.name === "string" ? `“${flowlet.name}”, ` : "";
  return `${name}${String(flowlet.appId ?? "no module")}`;
}

/** `5 moved to another stage`; null for none. */
export function movedWords(diff: Diff): string | null {
  const count = diff.flowlets.moved.length;
  return count === 0 ? null : `${count} moved to another stage`;
}

/** `3 changes`, `1 change`, `No change`. */
export function countWords(changes: readonly Change[]): string {
  if (changes.length === 0) return "No change of what it does";
  return changes.length === 1 ? "1 change" : `${changes.length} changes`;
}

/** What each side of the graph marks. */
export function marksOf(diff: Diff): { a: Map<string, Mark>; b: Map<string, Mark> } {
  const both = [
    ...diff.flowlets.moved.map((each) => [each.ref, "moved"] as const),
    ...diff.flowlets.changed.map((each) => [each.ref, "changed"] as const),
  ];
  return {
    a: new Map<string, Mark>([...both, ...diff.flowlets.removed.map((each) => [refOf(each), "removed"] as const)]),
    b: new Map<string, Mark>([...both, ...diff.flowlets.added.map((each) => [refOf(each), "added"] as const)]),
  };
}
