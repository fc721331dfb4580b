// Which entry of a key a flow reads, when its own scope, its group's and the company's have one.
import type { Entry } from "../api/types";

/** Nearest first, as the API names them. */
export const SCOPES = ["flow", "flow_group", "global"] as const;
export type Scope = (typeof SCOPES)[number];
export const WORDS: Record<Scope, string> = { global: "the whole company", flow_group: "a group", flow: "one flow" };

export interface Scoped {
  scope: Scope;
  entries: readonly Entry[];
  /** Whether the scope has more entries behind these. */
  isCut: boolean;
}

export interface Effective {
  key: string;
  /** The entry that the flow reads; none where several are a fault. */
  winner: Entry | null;
  hidden: readonly Entry[];
  isAmbiguous: boolean;
}

/** What a flow reads, by key. Keys behind the end of a list that was cut are left out: who wins there is not known. */
export function effective(lists: readonly Scoped[], inherit: boolean, conflict: string): Effective[] {
  const read = lists.filter((list) => inherit || list.scope === "flow");
  const last = endOf(read);
  const byKey = new Map<string, Entry[]>();
  for (const scope of SCOPES)
    for (const list of read.filter((each) => each.scope === scope))
      for (const entry of list.entries) if (last === null || entry.key <= last) byKey.set(entry.key, [...(byKey.get(entry.key) ?? []), entry]);
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, found]) => chosen(key, found, conflict));
}

/** The last key of which all is known; null when all keys are there. */
export function endOf(lists: readonly Scoped[]): string | null {
  const ends = lists.filter((list) => list.isCut).map((list) => list.entries.at(-1)?.key ?? "");
  return ends.length ? ends.reduce((least, each) => (each < least ? each : least)) : null;
}

function chosen(key: string, found: Entry[], conflict: string): Effective {
  const isAmbiguous = conflict === "fail" && found.length > 1;
  const winner = conflict === "farthest" ? found.at(-1)! : found[0]!;
  return { key, winner: isAmbiguous ? null : winner, hidden: isAmbiguous ? found : found.filter((each) => each !== winner), isAmbiguous };
}

/** What somebody typed, as a value; a text stays a text. */
export function valueOf(typed: string, asJson: boolean): unknown {
  return asJson ? JSON.parse(typed) : typed;
}

/** A value as it is typed. */
export function typedOf(value: unknown): { typed: string; asJson: boolean } {
  if (value === null || value === undefined) return { typed: "", asJson: false };
  return typeof value === "string" ? { typed: value, asJson: false } : { typed: JSON.stringify(value, null, 2), asJson: true };
}
