// Events bring a play up to date, whatever their order and however often they come.
import { expect, test } from "vitest";
import type { PlayEvent } from "../api/types";
import { aLayer, aPlay } from "../testing/plays";
import { applied, following } from "./reducer";

const waiting = { state: "NEW", attempts: 0, startedAt: null, endedAt: null, durationMs: null };
const play = aPlay([aLayer("a", waiting), aLayer("b", waiting)], { state: "NEW", startedAt: null, endedAt: null, durationMs: null });

function anEvent(seq: number, type: string, layerId: string | null = null, state: string | null = null): PlayEvent {
  return { type, playId: "p1", layerId, ref: layerId, state, seq, timestamp: `2026-04-04T10:00:0${seq}.000Z` };
}

const story = [
  anEvent(1, "play:started"),
  anEvent(2, "play:layer:started", "a", "RUN"),
  anEvent(3, "play:layer:completed", "a", "DONE"),
  anEvent(4, "play:layer:started", "b", "RUN"),
];

test("layers begin and end with their events", () => {
  const { play: now, isPartial } = applied(play, story);

  expect(isPartial).toBe(false);
  expect([now.state, now.startedAt]).toEqual(["RUN", "2026-04-04T10:00:02.000Z"]);
  expect(now.layers.map((layer) => [layer.state, layer.attempts, layer.durationMs])).toEqual([["DONE", 1, 1000], ["RUN", 1, null]]);
});

test("the same events again change nothing", () => {
  const once = applied(play, story).play;

  expect(applied(once, story).play).toEqual(once);
});

test("a play that is only accepted does not run, whatever it is called to have started", () => {
  const accepted = applied(play, [anEvent(1, "play:started", null, "NEW")]).play;
  expect([accepted.state, accepted.startedAt]).toEqual(["NEW", null]);
});

test("a play that went on runs again, and one that waits is not said to run by its own past", () => {
  const at = (state: string) => aPlay([aLayer("a", { ...waiting, state, attempts: 1, startedAt: "2026-04-04T10:00:02.000Z" }), aLayer("b", waiting)], { state });
  expect(applied(at("DEFERRED"), [anEvent(4, "play:layer:started", "b", "RUN")]).play.state).toBe("RUN");
  expect(applied(at("WAIT"), story.slice(0, 2)).play).toEqual(at("WAIT"));
});

test("the rows of flowlets inside a loop stay what they are", () => {
  const inside = { layerId: null, inside: "each", state: null };
  const loop = aPlay([aLayer("each", waiting), aLayer("w", inside), aLayer("flaky", inside)], { state: "RUN" });
  const { play: now } = applied(loop, [anEvent(2, "play:layer:started", "each", "RUN")]);
  expect(now.layers.map((layer) => [layer.ref, layer.state])).toEqual([["each", "RUN"], ["w", null], ["flaky", null]]);
});

test("what is over stays over, whatever older events say", () => {
  const over = aPlay([aLayer("a")], { state: "DONE" });

  expect(applied(over, story.slice(0, 2)).play).toEqual(over);
});

test("what an event does not tell whole is asked for", () => {
  expect(applied(play, [anEvent(5, "play:layer:failed", "a", "FAIL")]).isPartial).toBe(true);
  expect(applied(play, [anEvent(5, "play:failed", null, "FAIL")]).isPartial).toBe(true);
  expect(applied(play, [anEvent(5, "play:layer:failed", "price#3", "FAIL")]).isPartial).toBe(true);
});

test("what was told is taken in its order up to the first gap, and nothing twice", () => {
  const [first, second, third, fourth] = story as [PlayEvent, PlayEvent, PlayEvent, PlayEvent];

  expect(following([third, second, second, first], 1)).toEqual({ events: [second, third], isGap: false });
  expect(following([second, fourth], 1)).toEqual({ events: [second], isGap: true });
  expect(following([], 4)).toEqual({ events: [], isGap: false });
});
