// What needs somebody: which things, in which words, and what was seen.
import { expect, test } from "vitest";
import type { FailureGroup, Lane, Schedule, WaitingPlay } from "../api/types";
import { needsOf, summary, turned, unseen, type Found } from "./needs";

const GROUP: FailureGroup = {
  id: "g1", flowId: "f1", flow: "billing", ref: "charge", code: "FAILED", message: "card_declined", count: 1200,
  firstAt: "2026-01-01T08:00:00Z", lastAt: "2026-01-01T09:00:00Z", lastPlayId: "p9", lastTitle: "Invoice 9",
};
const FIRING = { id: "x1", dueAt: "2026-01-01T08:00:00Z", until: "2026-01-01T10:00:00Z", count: 2, state: "missed", playId: null, reason: null, settledAt: null, playState: null, startedAt: null, endedAt: null };
const LANE: Lane = { id: "s1", name: "Nightly", timeZone: "UTC", enabled: true, firings: [FIRING], due: [], more: false };
const STUCK = { id: "s2", name: "Weekly", trouble: { code: "FLOW_DISABLED", message: "The flow is disabled." } } as Schedule;
const OLDEST = { id: "w1", flow: "refunds", title: "Refund 7", approvals: [{ since: "2026-01-01T07:00:00Z" }] } as WaitingPlay;
const NOTHING: Found = { failures: [], waiting: 0, oldest: null, lanes: [], schedules: [] };
const ALL: Found = { failures: [GROUP, { ...GROUP, id: "g2", ref: null, count: 1 }], waiting: 1, oldest: OLDEST, lanes: [LANE], schedules: [STUCK] };

test("each thing says what it is and leads to where it is mended", () => {
  expect(needsOf(ALL).map(({ words, href, at }) => [words, href, at])).toEqual([
    ["billing · charge failed 1,200 times", "/plays/p9", "2026-01-01T09:00:00Z"],
    ["billing failed", "/plays/p9", "2026-01-01T09:00:00Z"],
    ["1 play waits for your decision", "/approvals/w1", "2026-01-01T07:00:00Z"],
    ["The schedule Nightly was missed 2 times", "/schedules/s1?state=missed", "2026-01-01T10:00:00Z"],
    ["The schedule Weekly cannot play its flow", "/schedules/s2", null],
  ]);
  expect(needsOf(ALL)[0]!.all?.href).toBe("/plays?state=FAIL&flow=billing&last=24h");
  expect(needsOf({ ...ALL, waiting: 12 })[2]).toMatchObject({ words: "12 plays wait for your decision", detail: "The longest: Refund 7", href: "/approvals" });
});

test("the sum is one line", () => {
  expect(summary(ALL)).toBe("1,201 failed plays of 1 flow · 1 waits for your decision · 1 schedule missed · 1 schedule cannot play");
  expect(summary(NOTHING)).toBe("");
});

test("what was seen is hidden until it happens again, and forgotten once it is gone", () => {
  const needs = needsOf(ALL);
  const seen = turned({ gone: "p1" }, needs[0]!, needs);
  expect(seen).toEqual({ g1: "p9" });
  expect(unseen(needs, seen)).toHaveLength(needs.length - 1);
  const again = needsOf({ ...ALL, failures: [{ ...GROUP, lastPlayId: "p10" }] });
  expect(unseen(again, seen)).toEqual(again);
  expect(turned(seen, needs[0]!, needs)).toEqual({});
});

test("what waits for a decision cannot be put aside", () => {
  const needs = needsOf(ALL);
  expect(turned({}, needs[2]!, needs)).toEqual({});
});
