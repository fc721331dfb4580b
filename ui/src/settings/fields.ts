// The fields of a flowlet beside its args, as a schema: the same form as everything else draws them.
import type { JsonSchema } from "../forms/types";

const whole = (title: string, description: string, more: JsonSchema = {}): JsonSchema => ({ type: "integer", title, description, ...more });

const RETRY: JsonSchema = {
  type: "object",
  title: "Retry",
  properties: {
    count: whole("Tries again", "How often it is tried again after a failure.", { default: 0 }),
    delayMs: whole("First delay", "Milliseconds before the first new try.", { default: 1000 }),
    backoffMultiplier: { type: "number", title: "Multiplier", description: "Each further delay is so many times the one before.", default: 1 },
    jitter: { type: "boolean", title: "Jitter", description: "Vary each delay a little, so that many do not come at once.", default: false },
    maxDelayMs: whole("Longest delay", "Milliseconds; no delay is longer.", { default: 3_600_000 }),
  },
};

/** How it runs. */
export const RUNNING: JsonSchema = {
  type: "object",
  properties: {
    onError: { type: "string", title: "When it fails", enum: ["fail", "continue", "skip"], default: "fail", description: "`fail` fails the play; `continue` goes on with its error; `skip` goes on as if it had been skipped." },
    timeout: { type: "number", title: "Timeout", description: "Seconds that one try may take.", default: 300 },
    retry: RETRY,
    deferAfterMs: whole("Wait before it", "Milliseconds between its turn and its start.", { type: ["integer", "null"] }),
    lane: { type: ["string", "null"], title: "Lane", description: "Whose workers run it; the module's own lane when empty." },
  },
};

/** Who is asked before it runs. */
export const ASKING: JsonSchema = {
  type: "object",
  properties: {
    needsApproval: { type: "boolean", title: "Somebody has to approve it first", default: false },
    approval: {
      type: "object",
      title: "Approval",
      properties: {
        approvers: { type: "array", title: "Approvers", items: { type: "string", title: "Approver" }, description: "Mail addresses of people and names of user groups; everybody with the right when empty." },
        note: { type: ["string", "null"], title: "What is to be decided", description: "Shown to approvers; may hold expressions." },
        expiresAfter: { type: ["number", "null"], title: "Expires after", description: "Seconds; it waits without limit when empty." },
        onExpiry: { type: "string", title: "When it expires", enum: ["approved", "declined"], default: "declined" },
        excludeRequester: { type: "boolean", title: "Not whoever started the play", default: false },
      },
    },
  },
};

export const OPERATORS: readonly [string, string][] = [
  ["eq", "equals"],
  ["neq", "is not"],
  ["gt", "is greater than"],
  ["gte", "is at least"],
  ["lt", "is less than"],
  ["lte", "is at most"],
  ["contains", "contains"],
  ["not_contains", "does not contain"],
  ["is_empty", "is empty"],
  ["not_empty", "is not empty"],
  ["regex", "matches"],
];

/** Operators that look at the left value only. */
export const ONE_SIDED = new Set(["is_empty", "not_empty"]);

/** Text that a number would be written as becomes that number, so that it is compared as one. */
export function asTyped(value: unknown): unknown {
  if (typeof value !== "string" || value.trim() !== value || value === "") return value;
  return String(Number(value)) === value ? Number(value) : value;
}

/** What is set beside the usual, in words, for the line of a closed part. */
export function runningInWords(flowlet: Record<string, unknown>): string {
  const retry = flowlet.retry as { count?: number } | undefined;
  const told = [
    flowlet.onError && flowlet.onError !== "fail" ? `${String(flowlet.onError)} on failure` : "",
    flowlet.timeout !== undefined && flowlet.timeout !== 300 ? `timeout ${String(flowlet.timeout)} s` : "",
    retry?.count ? `${retry.count} ${retry.count === 1 ? "retry" : "retries"}` : "",
    flowlet.deferAfterMs ? `waits ${String(flowlet.deferAfterMs)} ms` : "",
    flowlet.lane ? `lane ${String(flowlet.lane)}` : "",
  ];
  return told.filter(Boolean).join(", ") || "as usual";
}

export function whenInWords(flowlet: { after?: string[]; index?: number | null; inside?: string | null; filters?: unknown[]; disabled?: boolean }): string {
  const count = flowlet.filters?.length ?? 0;
  const told = [
    flowlet.disabled ? "switched off" : "",
    flowlet.after?.length ? `after ${flowlet.after.join(", ")}` : "",
    typeof flowlet.index === "number" ? `stage ${flowlet.index}` : "",
    flowlet.inside ? `for each item of ${flowlet.inside}` : "",
    count ? `${count} ${count === 1 ? "condition" : "conditions"}` : "",
  ];
  return told.filter(Boolean).join(", ") || "in its turn, always";
}
