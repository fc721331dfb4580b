// Moments stand where they should, and long gaps are folded without moving anything out of order.
import { expect, test } from "vitest";
import { merged, scaleOf } from "./scale";

test("spans that overlap are one", () => {
  expect(merged([{ from: 5, to: 9 }, { from: 0, to: 6 }, { from: 20, to: 21 }])).toEqual([{ from: 0, to: 9 }, { from: 20, to: 21 }]);
});

test("without gaps a moment stands at its share", () => {
  const scale = scaleOf([{ from: 1000, to: 2000 }], true);

  expect([1000, 1250, 2000].map(scale.place)).toEqual([0, 0.25, 1]);
  expect(scale.gaps).toEqual([]);
});

test("a long gap takes little of the line, and what ran takes the rest", () => {
  const scale = scaleOf([{ from: 0, to: 1000 }, { from: 3_600_000, to: 3_601_000 }], true);

  expect(scale.gaps.map((gap) => gap.lasted)).toEqual([3_599_000]);
  expect(scale.place(1000)).toBeCloseTo(0.48);
  expect(scale.place(3_600_000)).toBeCloseTo(0.52);
  expect(scale.place(3_601_000)).toBeCloseTo(1);
});

test("folding can be left off, and nothing leaves the line", () => {
  const scale = scaleOf([{ from: 0, to: 1000 }, { from: 9000, to: 10_000 }], false);

  expect(scale.gaps).toEqual([]);
  expect(scale.place(5000)).toBeCloseTo(0.5);
  expect(scale.place(99_999)).toBe(1);
});

test("no span at all makes a line all the same", () => {
  expect(scaleOf([], true).place(5)).toBe(0);
});
