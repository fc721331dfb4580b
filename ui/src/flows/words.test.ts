// How flows are told of in a list.
import { expect, test } from "vitest";
import type { Door, Timer } from "../api/types";
import { copyOf, doorWords, healthSentence, slugOf, successRate, timerWords, until } from "./words";

const door = { httpMethod: null, path: null, toolName: null, kind: "http", channel: "orders" } as Door;
const timer = { cron: null, intervalSeconds: null } as Timer;

test.each([
  [0, 0, null],
  [10, 0, "100 %"],
  [49, 1, "98 %"],
  [999, 1, "99.9 %"],
  [0, 3, "0 %"],
])("%i good and %i bad plays are %s", (good, bad, said) => {
  expect(successRate(good, bad)).toBe(said);
});

test("a sentence tells of how many plays a rate is", () => {
  expect(healthSentence({ wentWell: 9, failed: 1, p95Ms: 1240 })).toBe("9 of the last 10 plays went well. 95 of 100 took at most 1.24 s.");
  expect(healthSentence({ wentWell: 0, failed: 1, p95Ms: 12 })).toBe("The only play that is over failed.");
  expect(healthSentence({ wentWell: 0, failed: 0, p95Ms: null })).toBe("No play is over yet.");
});

test("every way in has a name", () => {
  expect(doorWords({ ...door, httpMethod: "POST", path: "/in" })).toBe("POST /in");
  expect(doorWords({ ...door, kind: "mcp", toolName: "run_it" })).toBe("tool run_it");
  expect(doorWords({ ...door, kind: "websocket", path: "/chat" })).toBe("websocket /chat");
  expect(doorWords({ ...door, kind: "tcp" })).toBe("tcp orders");
});

test("schedules are told by what makes them due", () => {
  expect(timerWords({ ...timer, cron: "0 2 * * *" })).toBe("cron 0 2 * * *");
  expect(timerWords({ ...timer, intervalSeconds: 300 })).toBe("every 5 min");
  expect(timerWords({ ...timer, intervalSeconds: 90 })).toBe("every 90 s");
  expect(timerWords({ ...timer, intervalSeconds: 86_400 })).toBe("every 1 d");
  expect(timerWords(timer)).toBe("once");
  expect(until("2026-01-01T00:05:00Z", Date.parse("2026-01-01T00:00:00Z"))).toBe("in 5 min");
  expect(until("2026-01-01T00:00:00Z", Date.parse("2026-01-01T00:00:01Z"))).toBe("due");
});

test("a name becomes a permanent id, and so does a copy", () => {
  expect(slugOf("  Müller & Söhne: Rechnung 7 ")).toBe("muller-sohne-rechnung-7");
  expect(slugOf("x".repeat(70))).toHaveLength(64);
  expect(slugOf("!?")).toBe("");
  expect(copyOf("billing", 1)).toBe("billing-copy");
  expect(copyOf("x".repeat(64), 12)).toHaveLength(64);
});
