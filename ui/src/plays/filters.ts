// The filter of the list of plays: as it stands in the address, and as the API takes it.
import type { Change } from "../shell/url";

export interface Filters {
  states: readonly string[];
  flow: string;
  trigger: string;
  text: string;
  /** `1h`, `24h`, `7d`, or empty for any time; `from` and `to` are exact moments that a brush chose. */
  last: string;
  from: string;
  to: string;
}

export const LASTS: Readonly<Record<string, { words: string; hours: number }>> = {
  "1h": { words: "last hour", hours: 1 },
  "24h": { words: "last 24 hours", hours: 24 },
  "7d": { words: "last 7 days", hours: 24 * 7 },
  "30d": { words: "last 30 days", hours: 24 * 30 },
};
export const TRIGGERS = ["web", "channel", "mcp", "cli", "schedule", "subflow", "on_fail"] as const;
const HOUR_MS = 3_600_000;

export function filtersOf(params: URLSearchParams): Filters {
  const given = (name: string) => params.get(name) ?? "";
  return {
    states: given("state").split(",").filter(Boolean),
    flow: given("flow"),
    trigger: given("trigger"),
    text: given("text"),
    last: given("last") in LASTS ? given("last") : "",
    from: given("from"),
    to: given("to"),
  };
}

/** What to change in the address so that it says these filters instead. */
export function changeOf(changed: Partial<Filters>): Change {
  const change: Change = { at: null };
  for (const [name, value] of Object.entries(changed)) {
    if (name === "states") change.state = (value as readonly string[]).join(",");
    else change[name] = value as string;
  }
  return change;
}

/** The filter as queries and bodies of the API want it, at this moment. */
export function asked(filters: Filters, now: number) {
  const hours = LASTS[filters.last]?.hours;
  return {
    state: [...filters.states],
    flow: filters.flow || undefined,
    trigger: filters.trigger || undefined,
    text: filters.text || undefined,
    from: hours ? new Date(now - hours * HOUR_MS).toISOString() : filters.from || undefined,
    to: filters.to || undefined,
  };
}

/** The filters in words, each with what takes it out again. */
export function chips(filters: Filters): { words: string; without: Partial<Filters> }[] {
  const found: { words: string; without: Partial<Filters> }[] = [];
  if (filters.states.length) found.push({ words: `state ${filters.states.join(", ")}`, without: { states: [] } });
  if (filters.flow) found.push({ words: `flow ${filters.flow}`, without: { flow: "" } });
  if (filters.trigger) found.push({ words: `trigger ${filters.trigger}`, without: { trigger: "" } });
  if (filters.text) found.push({ words: `text “${filters.text}”`, without: { text: "" } });
  if (filters.last) found.push({ words: LASTS[filters.last]!.words, without: { last: "" } });
  if (filters.from || filters.to) found.push({ words: "a span of time", without: { from: "", to: "" } });
  return found;
}

export function isEmpty(filters: Filters): boolean {
  return chips(filters).length === 0;
}
