// What needs somebody now, as one list: what failed, what waits for a decision, what the clock missed, what cannot start.
import type { FailureGroup, Lane, Schedule, WaitingPlay } from "../api/types";
import { missedOf } from "../schedules/lanes";

export interface Need {
  id: string;
  kind: "failed" | "waiting" | "missed" | "stuck";
  words: string;
  detail: string;
  /** When it was last so, if that is known. */
  at: string | null;
  href: string;
  /** Where all of its kind are, if there are more. */
  all?: { href: string; words: string };
  /** Changes when it happens again: what was seen before is then news. */
  mark?: string;
}

/** The mark that each need had when somebody saw it, by its id. */
export type Seen = Readonly<Record<string, string>>;

export interface Found {
  failures: readonly FailureGroup[];
  waiting: number;
  oldest: WaitingPlay | null;
  lanes: readonly Lane[];
  schedules: readonly Schedule[];
}

export function needsOf(found: Found): Need[] {
  return [...found.failures.map(ofFailures), ...ofWaiting(found.waiting, found.oldest), ...ofMissed(found.lanes), ...found.schedules.flatMap(ofStuck)];
}

/** Those that nobody marked as seen, or that came again since. */
export function unseen(needs: readonly Need[], seen: Seen): Need[] {
  return needs.filter((need) => !isSeen(need, seen));
}

export function isSeen(need: Need, seen: Seen): boolean {
  return need.mark !== undefined && seen[need.id] === need.mark;
}

/** What was seen, with one more or without it; what is no longer there is forgotten. */
export function turned(seen: Seen, need: Need, needs: readonly Need[]): Seen {
  const kept = Object.entries(seen).filter(([id]) => id !== need.id && needs.some((each) => each.id === id));
  return Object.fromEntries(need.mark === undefined || isSeen(need, seen) ? kept : [...kept, [need.id, need.mark]]);
}

/** `7 failed plays of 2 flows · 1 waits for your decision · 1 schedule missed`. */
export function summary({ failures, waiting, lanes, schedules }: Found): string {
  const failed = failures.reduce((sum, each) => sum + each.count, 0);
  const flows = new Set(failures.map((each) => each.flowId)).size;
  const stuck = schedules.filter((each) => each.trouble).length;
  const parts = [
    failed > 0 && `${counted(failed, "failed play")} of ${counted(flows, "flow")}`,
    waiting > 0 && (waiting === 1 ? "1 waits for your decision" : `${waiting} wait for your decision`),
    missedOf(lanes).length > 0 && `${counted(missedOf(lanes).length, "schedule")} missed`,
    stuck > 0 && `${counted(stuck, "schedule")} cannot play`,
  ];
  return parts.filter(Boolean).join(" · ");
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;
}

function ofFailures(group: FailureGroup): Need {
  const all = `/plays?${new URLSearchParams({ state: "FAIL", flow: group.flow, last: "24h" })}`;
  return {
    id: group.id,
    kind: "failed",
    words: `${group.flow}${group.ref ? ` · ${group.ref}` : ""} failed${group.count === 1 ? "" : ` ${group.count.toLocaleString("en-GB")} times`}`,
    detail: group.message,
    at: group.lastAt,
    href: `/plays/${group.lastPlayId}`,
    ...(group.count > 1 ? { all: { href: all, words: `All failed plays of ${group.flow}` } } : {}),
    mark: group.lastPlayId,
  };
}

function ofWaiting(count: number, oldest: WaitingPlay | null): Need[] {
  if (count === 0) return [];
  const title = oldest?.title ?? oldest?.flow;
  return [
    {
      id: "waiting",
      kind: "waiting",
      words: count === 1 ? "1 play waits for your decision" : `${count} plays wait for your decision`,
      detail: title ? `${count === 1 ? "" : "The longest: "}${title}` : "",
      at: oldest?.approvals[0]?.since ?? null,
      href: count === 1 && oldest ? `/approvals/${oldest.id}` : "/approvals",
    },
  ];
}

function ofMissed(lanes: readonly Lane[]): Need[] {
  return missedOf(lanes).map(({ id, name, count }) => {
    const last = lanes.find((lane) => lane.id === id)?.firings.find((firing) => firing.state === "missed");
    return {
      id: `missed ${id}`,
      kind: "missed",
      words: `The schedule ${name} was missed ${count === 1 ? "once" : `${count} times`}`,
      detail: "No scheduler was there at that time.",
      at: last?.until ?? null,
      href: `/schedules/${id}?state=missed`,
      mark: `${last?.id} ${last?.count}`,
    };
  });
}

function ofStuck(schedule: Schedule): Need[] {
  if (!schedule.trouble) return [];
  return [{ id: `stuck ${schedule.id}`, kind: "stuck", words: `The schedule ${schedule.name} cannot play its flow`, detail: schedule.trouble.message, at: null, href: `/schedules/${schedule.id}` }];
}
