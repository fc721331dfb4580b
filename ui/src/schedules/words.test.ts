// Cron in words, from the usual to the odd; and moments as the clock on the wall shows them.
import { expect, test } from "vitest";
import { backfillWords, clockChanges, cronWords, inZone, offset, span, SUGGESTIONS, timingWords, until, wall } from "./words";

test.each([
  ["0 2 * * *", "every day at 02:00"], ["0 9 * * 1-5", "every weekday at 09:00"], ["30 8,17 * * mon,thu", "every Monday and Thursday at 08:30 and 17:30"],
  ["* * * * *", "every minute"], ["*/15 * * * *", "every 15 minutes"], ["0 * * * *", "every hour"], ["20 * * * *", "every hour, 20 minutes past"],
  ["0 */6 * * *", "every day at 00:00, 06:00, 12:00 and 18:00"], ["0 */2 * * *", "every 2 hours"], ["*/10 8-18 * * 1-5", "every 10 minutes from 08 to 18 o'clock, every weekday"],
  ["0 8-18 * * *", "every hour from 08 to 18 o'clock"], ["0 6 1 * *", "on the 1st of every month at 06:00"], ["0 6 1,15 1,7 *", "on the 1st and 15th in January and July at 06:00"],
  ["0 0 13 * 5", "on the 13th or every Friday of every month at 00:00"], ["0 12 * * 0,6", "every Saturday and Sunday at 12:00"], ["0 12 * * 7", "every Sunday at 12:00"],
  ["5,35 * * * *", "at minutes 5 and 35 of every hour"], ["0 0 1 jan *", "on the 1st in January at 00:00"], ["7-59/2 * * * *", null], ["a b c d e", null], ["0 2 * *", null],
  ["61 2 * * *", null], ["0 18-8 * * *", null],
])("%s is %s", (cron, words) => {
  expect(cronWords(cron)).toBe(words);
});

test("each suggestion says what it is", () => {
  expect(SUGGESTIONS.map((each) => cronWords(each.cron))).toEqual(SUGGESTIONS.map((each) => each.words));
});

test("intervals and moments have words", () => {
  expect([1, 90, 300, 3600, 172_800].map(span)).toEqual(["second", "90 seconds", "5 minutes", "hour", "2 days"]);
  expect(timingWords({ cron: null, intervalSeconds: 60, at: null })).toBe("every minute");
  expect(timingWords({ cron: null, intervalSeconds: null, at: "2026-01-01T00:00:00Z" })).toBe("once");
  expect(timingWords({ cron: "7-59/2 * * * *", intervalSeconds: null, at: null })).toBe("by cron 7-59/2 * * * *");
});

test("the clock on the wall, and where it is put on or back", () => {
  const times = ["2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"].map((localTime) => ({ dueAt: localTime, localTime }));

  expect(wall(times[0]!.localTime)).toBe("Sat 24 Oct 2026, 02:30");
  expect(wall("2026-10-24T02:30:07+00:00")).toBe("Sat 24 Oct 2026, 02:30:07");
  expect(inZone("2026-12-31T23:30:00Z", "Europe/Berlin")).toBe("Fri 1 Jan 2027, 00:30");
  expect(offset("2026-10-24T02:30:00Z")).toBe("+00:00");
  expect([...clockChanges(times)]).toEqual([2]);
});

test.each([[-7_300, "overdue for 2 h 1 min"], [-59, "now"], [0, "now"], [12, "in 12 s"], [540, "in 9 min"], [32_700, "in 9 h 5 min"], [90_000, "in 1 day"], [260_000, "in 3 days"]])("%s s from now is %s", (seconds, words) => {
  expect(until(new Date(1_000_000 + seconds * 1000).toISOString(), 1_000_000)).toBe(words);
});

test("how many plays past times make is told beforehand", () => {
  expect(backfillWords({ count: 0, already: 0 })).toBe("It was not due in this span.");
  expect(backfillWords({ count: 1, already: 0 })).toBe("This makes 1 play.");
  expect(backfillWords({ count: 14, already: 1 })).toBe("This makes 14 plays. 1 of the span has its play already.");
  expect(backfillWords({ count: 0, already: 3 })).toBe("Nothing to play. 3 of the span have theirs already.");
});
