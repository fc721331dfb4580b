// Every attempt of a step is told apart, with those that were given up.
import { expect, test } from "vitest";
import type { PlayEvent } from "../api/types";
import { attemptsOf } from "./attempts";

function anEvent(second: number, type: string, state: string, layerId = "a"): PlayEvent {
  return { type: `play:layer:${type}`, playId: "p1", layerId, ref: layerId, state, seq: second, timestamp: `2026-04-04T10:00:0${second}.000Z` };
}

const at = (second: number) => Date.parse(`2026-04-04T10:00:0${second}.000Z`);

test("each start begins an attempt, and what follows ends it", () => {
  const story = [anEvent(1, "started", "RUN"), anEvent(2, "deferred", "DEFERRED"), anEvent(4, "started", "RUN"), anEvent(5, "failed", "FAIL")];

  expect(attemptsOf(story).get("a")).toEqual([
    { from: at(1), to: at(2), isRetried: true },
    { from: at(4), to: at(5), isRetried: false },
  ]);
});

test("one that goes on has no end, and layers stand apart", () => {
  const found = attemptsOf([anEvent(1, "started", "RUN"), anEvent(2, "started", "RUN", "b"), anEvent(3, "completed", "DONE", "b")]);

  expect(found.get("a")).toEqual([{ from: at(1), to: null, isRetried: false }]);
  expect(found.get("b")).toEqual([{ from: at(2), to: at(3), isRetried: false }]);
});

test("what was deferred before it began has no attempt yet", () => {
  expect(attemptsOf([anEvent(1, "deferred", "DEFERRED")]).get("a")).toEqual([]);
});
