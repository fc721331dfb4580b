// A part of the waterfall can be looked at alone, and its moments are said.
import { expect, test } from "vitest";
import { WHOLE, dragged, ticksOf, zoomOf, zoomText, zoomTo, zoomed } from "./zoom";
import { scaleOf } from "./scale";

const scale = scaleOf([{ from: 1000, to: 2000 }], true);

test.each([
  ["20-60", { from: 0.2, to: 0.6 }],
  [null, WHOLE],
  ["60-20", WHOLE],
  ["x", WHOLE],
  ["10-200", WHOLE],
])("%j in the address", (text, zoom) => {
  expect(zoomOf(text)).toEqual(zoom);
});

test("a zoom goes into the address and comes back, the whole needs no word", () => {
  expect(zoomOf(zoomText({ from: 0.125, to: 0.5 }))).toEqual({ from: 0.125, to: 0.5 });
  expect(zoomText(WHOLE)).toBeNull();
});

test("a drag is one of what is seen, a click is none", () => {
  expect(dragged({ from: 0.5, to: 1 }, 0.5, 0)).toEqual({ from: 0.5, to: 0.75 });
  expect(dragged(WHOLE, 0.4, 0.41)).toBeNull();
});

test("a step fills most of the line, and never leaves it", () => {
  const zoom = zoomTo(scale, 1000, 1200);

  expect(zoom.from).toBe(0);
  expect(zoom.to).toBeCloseTo(0.24);
  expect(zoomed(scale, zoom).place(1200)).toBeGreaterThan(0.8);
});

test("moments are told from the first step on, seen or not", () => {
  expect(ticksOf(scale).map((tick) => tick.words)).toEqual(["0", "+250 ms", "+500 ms", "+750 ms"]);
  expect(ticksOf(zoomed(scale, { from: 0.5, to: 1 })).map((tick) => tick.words)).toEqual(["+500 ms", "+625 ms", "+750 ms", "+875 ms"]);
  expect(ticksOf(scaleOf([], true))).toEqual([]);
  const waited = scaleOf([{ from: 0, to: 0 }, { from: 153_102, to: 153_102 }], true);
  expect(ticksOf(waited).map((tick) => tick.words)).toEqual(["0", "+2 min 33 s"]);
  const close = zoomed(scaleOf([{ from: 0, to: 10_000 }], true), { from: 0.3, to: 0.302 });
  expect(ticksOf(close).map((tick) => tick.words)).toEqual(["+3,000 ms", "+3,005 ms", "+3,010 ms", "+3,015 ms"]);
});
