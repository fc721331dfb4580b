// Durations, ages and sizes read well, from the smallest to the largest.
import { expect, test } from "vitest";
import { ago, bytes, duration, timeOfDay } from "./times";

test.each([
  [null as number | null, "–"], [0, "<1 ms"], [8, "8 ms"], [1240, "1.24 s"], [31_000, "31.0 s"], [123_000, "2 min 3 s"],
  [120_000, "2 min"], [3_900_000, "1 h 5 min"], [97_200_000, "1 d 3 h"],
])("%s ms is %s", (milliseconds, words) => {
  expect(duration(milliseconds)).toBe(words);
});

test("ages are relative for a day, then a date", () => {
  const now = Date.parse("2026-04-04T10:00:00Z");

  expect(["10:00:00", "09:59:48", "09:57:00", "05:00:00"].map((time) => ago(`2026-04-04T${time}Z`, now))).toEqual([
    "now", "12 s ago", "3 min ago", "5 h ago",
  ]);
  expect(ago("2026-04-01T10:00:00Z", now)).toContain("2026");
});

test("sizes have words", () => {
  expect([12, 65_536, 1_048_576].map(bytes)).toEqual(["12 bytes", "64 KiB", "1.0 MiB"]);
});

test("the time of day is that of the browser", () => {
  expect(timeOfDay(new Date(2026, 3, 4, 9, 5, 7, 12).toISOString())).toBe("09:05:07.012");
});
