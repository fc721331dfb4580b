// The day of a schedule: where its marks stand, and what they say.
import { expect, test } from "vitest";
import type { Lane } from "../api/types";
import { hoursOf, laneWords, marksOf, missedOf, placeOf } from "./lanes";

const DAY = { begin: "2026-01-01T00:00:00Z", now: "2026-01-01T12:00:00Z", end: "2026-01-02T00:00:00Z" };
const FIRING = { id: "1", dueAt: "2026-01-01T06:00:00Z", until: "2026-01-01T06:00:00Z", count: 1, state: "played", playId: "p", reason: null, settledAt: null, playState: "DONE", startedAt: "2026-01-01T06:00:00Z", endedAt: "2026-01-01T07:12:00Z" };
const MISSED = { ...FIRING, id: "2", state: "missed", count: 3, dueAt: "2026-01-01T08:00:00Z", until: "2026-01-01T10:00:00Z", playId: null, playState: null, startedAt: null, endedAt: null };
const LANE: Lane = { id: "s", name: "Nightly", timeZone: "UTC", enabled: true, firings: [MISSED, FIRING], due: ["2026-01-01T18:00:00Z"], more: false };

test("a moment stands in its part of the day, and what lies outside at the end", () => {
  expect(placeOf("2026-01-01T06:00:00Z", DAY)).toBe(25);
  expect(placeOf("2025-12-31T06:00:00Z", DAY)).toBe(0);
  expect(hoursOf(DAY).every(({ at }) => at >= 0 && at <= 100)).toBe(true);
});

test("plays are as long as they took, missed times reach from the first to the last, what is due is a tick", () => {
  expect(marksOf(LANE, DAY).map(({ kind, at, width, colour }) => [kind, at, Math.round(width * 100) / 100, colour])).toEqual([
    ["played", 25, 5, "good"],
    ["missed", 33.33333333333333, 8.33, "bad"],
    ["due", 75, 0, "quiet"],
  ]);
});

test("ticks that stand too close are one band, to the end if there are more", () => {
  const often = Array.from({ length: 150 }, (_, minute) => new Date(Date.parse(DAY.now) + minute * 60_000).toISOString());
  expect(marksOf({ ...LANE, firings: [], due: often, more: true }, DAY)).toMatchObject([{ kind: "due", at: 50, width: 50 }]);
});

test("a play that goes on reaches until now", () => {
  const goesOn = { ...LANE, firings: [{ ...FIRING, playState: "RUN", endedAt: null }] };
  expect(marksOf(goesOn, DAY)[0]).toMatchObject({ at: 25, width: 25, colour: "busy" });
});

test("a day is told in words as well", () => {
  expect(laneWords(LANE)).toBe("Nightly: 1 played, 3 missed in the last 12 hours; due once in the next 12.");
  expect(laneWords({ ...LANE, firings: [], due: [] })).toBe("Nightly: not due in the last 12 hours; not due in the next 12.");
  expect(missedOf([LANE, { ...LANE, firings: [FIRING] }])).toEqual([{ id: "s", name: "Nightly", count: 3 }]);
});
