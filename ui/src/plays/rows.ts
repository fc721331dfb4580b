// What happens to the rows of the list when plays change or come.
import type { PlayRow } from "../api/types";

/** The rows with what is known of them now; the same array when nothing changed. */
export function patched(rows: PlayRow[], fresh: readonly PlayRow[]): PlayRow[] {
  const known = new Map(fresh.map((row) => [row.id, row]));
  let changed = false;
  const after = rows.map((row) => {
    const now = known.get(row.id);
    if (!now || (now.state === row.state && now.durationMs === row.durationMs && now.title === row.title)) return row;
    changed = true;
    return now;
  });
  return changed ? after : rows;
}

/** Those of `fresh` that are newer than every row: ids are in the order of time. */
export function newcomers(rows: readonly PlayRow[], fresh: readonly PlayRow[]): PlayRow[] {
  const newest = rows[0]?.id ?? "";
  return fresh.filter((row) => row.id > newest);
}

/** The ids from one row to another, both included, whichever comes first. */
export function between(rows: readonly PlayRow[], one: string, other: string): string[] {
  const places = [one, other].map((id) => rows.findIndex((row) => row.id === id)).sort((a, b) => a - b);
  if (places[0]! < 0) return [other];
  return rows.slice(places[0], places[1]! + 1).map((row) => row.id);
}
