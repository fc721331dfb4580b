// The day of a schedule as marks on a line: where each stands, in which colour, and what it is in words.
import type { Lane, Lanes } from "../api/types";
import { look } from "../parts/states";
import { duration } from "../parts/times";

export interface Mark {
  key: string;
  kind: "due" | "played" | "missed" | "skipped" | "open";
  /** Where it begins and how far it goes, in parts of a hundred. */
  at: number;
  width: number;
  colour: string;
  title: string;
  playId: string | null;
}

type Day = Pick<Lanes, "begin" | "end" | "now">;
type Firing = Lane["firings"][number];

const HOUR_MS = 3_600_000;
const PACE_HOURS = 3;
const MOST_TICKS = 72;

/** Where a moment stands between the ends of the day, in parts of a hundred; what lies outside stands at an end. */
export function placeOf(moment: string | number, day: Day): number {
  const [begin, end] = [Date.parse(day.begin), Date.parse(day.end)];
  const at = typeof moment === "number" ? moment : Date.parse(moment);
  return Math.min(100, Math.max(0, ((at - begin) / (end - begin)) * 100));
}

/** The full hours to write on the axis, in the zone of the browser. */
export function hoursOf(day: Day): { at: number; word: string }[] {
  const first = new Date(day.begin);
  first.setMinutes(0, 0, 0);
  const found = [];
  for (let each = first.getTime(); each <= Date.parse(day.end); each += HOUR_MS) {
    const hour = new Date(each).getHours();
    if (each >= Date.parse(day.begin) && hour % PACE_HOURS === 0) found.push({ at: placeOf(each, day), word: clock(each) });
  }
  return found;
}

/** What was due and what is, in the order of time. */
export function marksOf(lane: Lane, day: Day): Mark[] {
  const past = lane.firings.map((firing) => markOf(firing, day)).reverse();
  const next = lane.due.length > MOST_TICKS ? [bandOf(lane, day)] : lane.due.map((due) => ({ key: due, kind: "due" as const, at: placeOf(due, day), width: 0, colour: "quiet", title: `due at ${clock(due)}`, playId: null }));
  return [...past, ...next];
}

/** Ticks that stand too close to be told apart, as one band. */
function bandOf({ due, more }: Lane, day: Day): Mark {
  const at = placeOf(due[0]!, day);
  return { key: "due", kind: "due", at, width: placeOf(more ? day.end : due.at(-1)!, day) - at, colour: "quiet", title: `due at ${clock(due[0]!)}, and then again and again`, playId: null };
}

function markOf(firing: Firing, day: Day): Mark {
  const from = firing.startedAt ?? firing.dueAt;
  const until = firing.state === "played" ? (firing.endedAt ?? (firing.startedAt ? day.now : from)) : firing.until;
  const at = placeOf(from, day);
  return {
    key: firing.id,
    kind: firing.state as Mark["kind"],
    at,
    width: placeOf(until, day) - at,
    colour: firing.state === "played" ? look(firing.playState).colour : firing.state === "missed" ? "bad" : firing.state === "skipped" ? "late" : "busy",
    title: `${clock(firing.dueAt)}: ${becameOf(firing)}`,
    playId: firing.playId,
  };
}

function becameOf(firing: Firing): string {
  if (firing.state === "missed") return firing.count === 1 ? "missed" : `${firing.count} missed, until ${clock(firing.until)}`;
  if (firing.state === "skipped") return `skipped: ${firing.reason?.message ?? ""}`;
  if (firing.state !== "played") return "about to be played";
  if (!firing.playState) return "played; its play is gone";
  const took = firing.startedAt && firing.endedAt ? `, ${duration(Date.parse(firing.endedAt) - Date.parse(firing.startedAt))}` : "";
  return look(firing.playState).word.toLowerCase() + took;
}

/** `Nightly: 3 played, 2 missed in the last 12 hours; due once in the next 12.` */
export function laneWords(lane: Lane): string {
  const count = (state: string) => lane.firings.filter((each) => each.state === state).reduce((sum, each) => sum + each.count, 0);
  const told = ["played", "missed", "skipped"].flatMap((state) => (count(state) ? [`${count(state)} ${state}`] : []));
  const times = lane.due.length === 0 ? "not due" : lane.due.length === 1 ? "due once" : `due ${lane.due.length} times${lane.more ? " and more" : ""}`;
  return `${lane.name}: ${told.join(", ") || "not due"} in the last 12 hours; ${times} in the next 12.`;
}

/** How often each schedule was missed lately; only those that were. */
export function missedOf(lanes: readonly Lane[]): { id: string; name: string; count: number }[] {
  return lanes.flatMap(({ id, name, firings }) => {
    const count = firings.filter((each) => each.state === "missed").reduce((sum, each) => sum + each.count, 0);
    return count ? [{ id, name, count }] : [];
  });
}

function clock(moment: string | number): string {
  return new Date(moment).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
