// The filters of the audit as the address and the API have them, and what of an entry to show.
import type { AuditEntry } from "../api/types";

export const FIELDS = ["actor", "action", "subject", "from", "to"] as const;
export type Field = (typeof FIELDS)[number];

/** What the API is asked; days of the address are whole days of the browser's zone, `to` included. */
export function askedOf(params: URLSearchParams): Partial<Record<Field, string>> {
  const asked: Partial<Record<Field, string>> = {};
  for (const field of FIELDS) {
    const given = params.get(field);
    if (!given) continue;
    if (field !== "from" && field !== "to") asked[field] = given;
    else if (/^\d{4}-\d{2}-\d{2}$/.test(given)) asked[field] = midnight(given, field === "to" ? 1 : 0);
  }
  return asked;
}

function midnight(day: string, later: number): string {
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + later);
  return at.toISOString();
}

export interface Differing {
  field: string;
  before: string;
  after: string;
}

/** Each field that an entry tells of, as it was and as it is. */
export function differing(row: Pick<AuditEntry, "before" | "after">): Differing[] {
  const before = (row.before ?? {}) as Record<string, unknown>;
  const after = (row.after ?? {}) as Record<string, unknown>;
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return fields.map((field) => ({ field, before: written(before[field]), after: written(after[field]) }));
}

/** What an entry is about, by the name that it tells where its subject is only an id. */
export function subjectOf(row: Pick<AuditEntry, "subject" | "before" | "after" | "details">): string {
  const told = [row.after, row.before, row.details].map((each) => (each ?? {}) as Record<string, unknown>);
  const name = told.flatMap((each) => [each.name, each.key, each.asked]).find((each) => typeof each === "string");
  return typeof name === "string" ? name : (row.subject ?? "");
}

function written(value: unknown): string {
  if (value === undefined) return "–";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
