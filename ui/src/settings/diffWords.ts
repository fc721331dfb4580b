// What publishing changes, in words: one line for each flowlet, one for the flow's own fields.
import type { components } from "../../generated/api";

type Diff = components["schemas"]["DiffShape"];
type Change = components["schemas"]["FieldChangeShape"];

export interface Line {
  sign: "+" | "−" | "~";
  name: string;
  told: string;
}

const SHOWN = 40;
const MOST = 4;

export function linesOf(diff: Diff): Line[] {
  const { added, removed, changed, reordered } = diff.flowlets;
  return [
    ...diff.fields.map((each): Line => ({ sign: "~", name: "flow", told: fieldIn(each) })),
    ...added.map((each): Line => ({ sign: "+", name: String(each.ref), told: String(each.appId) })),
    ...removed.map((each): Line => ({ sign: "−", name: String(each.ref), told: String(each.appId) })),
    ...changed.map((each): Line => ({ sign: "~", name: each.ref, told: listed(each.fields) })),
    ...(reordered ? [{ sign: "~", name: "order", told: "flowlets run in another order" } satisfies Line] : []),
  ];
}

function listed(fields: readonly Change[]): string {
  const shown = fields.slice(0, MOST).map(fieldIn);
  return [...shown, ...(fields.length > MOST ? [`and ${fields.length - MOST} more`] : [])].join(", ");
}

/** `timeout 5 → 10`, `retry set to {"count":3}`, `note removed`. */
export function fieldIn({ path, kind, before, after }: Change): string {
  if (kind === "added") return `${path} set to ${brief(after)}`;
  if (kind === "removed") return `${path} removed`;
  return JSON.stringify(before) === JSON.stringify(after) ? `${path} changed` : `${path} ${brief(before)} → ${brief(after)}`;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
