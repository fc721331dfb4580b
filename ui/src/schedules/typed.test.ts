// What fields for moments hold, and what of it goes to the API.
import { expect, test } from "vitest";
import { momentOf, pastSpan } from "./typed";

const NOW = Date.parse("2026-06-10T12:30:20Z");

test("past times are those of the last day, or the minutes around what was missed", () => {
  const ofDay = pastSpan(null, NOW);
  const ofMissed = pastSpan({ from: "2026-06-10T02:00:00Z", to: "2026-06-10T07:00:00Z" }, NOW);
  const ofNow = pastSpan({ from: "2026-06-10T12:30:00Z", to: "2026-06-10T12:30:00Z" }, NOW);

  expect([ofDay.from, ofDay.to].map(momentOf)).toEqual(["2026-06-09T12:30:00.000Z", "2026-06-10T12:30:00.000Z"]);
  expect([ofMissed.from, ofMissed.to].map(momentOf)).toEqual(["2026-06-10T02:00:00.000Z", "2026-06-10T07:01:00.000Z"]);
  expect(momentOf(ofNow.to)).toBe("2026-06-10T12:30:00.000Z");
});

test("what is no moment goes as it is, to be refused with its field", () => {
  expect(momentOf("soon")).toBe("soon");
});
