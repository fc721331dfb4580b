// Retention policies as one edits them, and which of them wins for a flow.
import type { Policy } from "../api/types";

export const SCOPES = ["flow", "flows.group", "flows.filtered", "flows.all", "audit"] as const;
export type Scope = (typeof SCOPES)[number];
export const WORDS: Record<Scope, string> = {
  flow: "one flow",
  "flows.group": "the flows of a group",
  "flows.filtered": "filtered plays",
  "flows.all": "all flows",
  audit: "the audit",
};

/** A policy as it is typed: times like 30d, `of` the id of its flow or group. */
export interface Draft {
  scope: Scope;
  of: string | null;
  name: string | null;
  cadence: string;
  minEntries: string;
  enforcedMinimum: string;
}

export function draftOf(policy: Policy): Draft {
  return {
    scope: policy.scope as Scope,
    of: policy.flowId ?? policy.groupId,
    name: policy.flow ?? policy.group,
    cadence: policy.cadence,
    minEntries: String(policy.minEntries),
    enforcedMinimum: policy.enforcedMinimum,
  };
}

const UNITS: Record<string, string> = { s: "second", m: "minute", h: "hour", d: "day", w: "week" };

/** `30 days` for 30d, `1 hour` for 1h; what is written otherwise stays as it is. */
export function spelled(time: string): string {
  const [, count, unit] = /^(\d+)([smhdw])$/.exec(time.trim()) ?? [];
  return count && unit ? `${count} ${UNITS[unit]}${count === "1" ? "" : "s"}` : time;
}

/** The policies as the API takes them. */
export function wishesOf(drafts: readonly Draft[]) {
  return drafts.map((draft) => ({
    scope: draft.scope,
    cadence: draft.cadence.trim(),
    minEntries: Number(draft.minEntries),
    enforcedMinimum: draft.enforcedMinimum.trim() || null,
    ...(draft.scope === "flow" && { flow: draft.of }),
    ...(draft.scope === "flows.group" && { group: draft.of }),
  }));
}

/** The groups around a flow, the nearest first. */
export function groupsAround(groupId: string | null, groups: readonly { id: string; parentId: string | null }[]): string[] {
  const around: string[] = [];
  for (let at = groupId; at !== null && !around.includes(at); at = groups.find((each) => each.id === at)?.parentId ?? null) around.push(at);
  return around;
}

export interface Winners {
  /** Of all finished plays; null where filtered ones have a policy of their own. */
  all: Draft | null;
  filtered: Draft | null;
  rest: Draft | null;
}

/** Who wins for a flow: its own policy, its nearest group's, then those of filtered plays and of all flows. */
export function winners(own: readonly Draft[], defaults: readonly Draft[], flowId: string, around: readonly string[]): Winners {
  const find = (scope: Scope, of: string | null = null) => [...own, ...defaults].find((each) => each.scope === scope && each.of === of) ?? null;
  const all = find("flow", flowId) ?? around.map((group) => find("flows.group", group)).find(Boolean) ?? null;
  return all ? { all, filtered: null, rest: null } : { all: null, filtered: find("flows.filtered"), rest: find("flows.all") };
}

/** A policy in a few words. */
export function said(draft: Draft | null): string {
  if (!draft) return "no policy";
  return `${WORDS[draft.scope]}${draft.name ? ` “${draft.name}”` : ""}: ${spelled(draft.cadence)}, the newest ${draft.minEntries} stay`;
}
