// What each role may do in its company; each holds all rights of the ones before it.

export const ROLES = ["viewer", "runner", "approver", "editor", "admin"] as const;

export const RIGHTS: readonly { right: string; words: string }[] = [
  { right: "view", words: "see flows, plays, resources" },
  { right: "run", words: "start, stop, rerun plays" },
  { right: "approve", words: "decide what waits" },
  { right: "edit", words: "change flows, channels, schedules, links, KV" },
  { right: "administer", words: "people, keys, components, audit, retention" },
];

/** Whether a role holds the right at a place of `RIGHTS`. */
export function holds(role: string, place: number): boolean {
  return ROLES.indexOf(role as (typeof ROLES)[number]) >= place;
}

/** Rights that can be granted on single flows and groups of flows. */
export const GRANTED = ["view", "run", "edit", "administer"] as const;
