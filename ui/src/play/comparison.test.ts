// Two plays are aligned by flowlet, and the first difference is found without asking for more than it takes.
import { expect, test } from "vitest";
import { duration } from "../parts/times";
import { deltaText, firstDifference, pairs } from "./comparison";
import { aLayer, aPlay } from "../testing/plays";

const one = aPlay([aLayer("a"), aLayer("b"), aLayer("c")]);
const other = aPlay([aLayer("a", { durationMs: 130 }), aLayer("c"), aLayer("d")]);

test("steps are aligned by ref, and those of one play only stand there too", () => {
  expect(pairs(one, other).map((pair) => [pair.ref, pair.one !== null, pair.other !== null, pair.delta])).toEqual([
    ["a", true, true, 120],
    ["b", true, false, null],
    ["c", true, true, 0],
    ["d", false, true, null],
  ]);
});

test("a difference in time is said with its sign", () => {
  expect([deltaText(120, duration), deltaText(-3000, duration), deltaText(0, duration)]).toEqual(["+120 ms", "−3.00 s", ""]);
});

test("the first step whose outputs differ ends the search", async () => {
  const asked: string[] = [];
  const outputs = async (ref: string) => {
    asked.push(ref);
    return [ref, ref === "c" ? "other" : ref] as const;
  };

  expect(await firstDifference(pairs(one, other), outputs)).toBe("c");
  expect(asked).toEqual(["a", "c"]);
});

test("another state is a difference already", async () => {
  const failed = aPlay([aLayer("a", { state: "FAIL" })]);

  expect(await firstDifference(pairs(one, failed), async () => ["", ""])).toBe("a");
});
