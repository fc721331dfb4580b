// Two texts side by side, without the long stretches that are the same.
import { expect, test } from "vitest";
import { linesOf, pairsOf } from "./lines";

const many = Array.from({ length: 20 }, (_, n) => `line ${n}`);

test("a changed line stands among its neighbours, the rest is folded", () => {
  const { lines, isCut } = linesOf(`${many.join("\n")}\n`, `${many.with(10, "other").join("\n")}\n`);

  expect(isCut).toBe(false);
  expect(lines.map((line) => line.kind)).toEqual(["folded", "same", "same", "same", "removed", "added", "same", "same", "same", "folded"]);
  expect(lines.filter((line) => line.kind === "folded").map((line) => line.count)).toEqual([7, 6]);
});

test("side by side, what is gone stands at the left of what is new", () => {
  const { lines } = linesOf("a\nb\nc\n", "a\nx\ny\nc\n");

  expect(pairsOf(lines).map(({ left, right }) => [left?.text ?? null, right?.text ?? null])).toEqual([
    ["a", "a"],
    ["b", "x"],
    [null, "y"],
    ["c", "c"],
  ]);
});

test("texts without a difference are one fold", () => {
  const { lines } = linesOf(many.join("\n"), many.join("\n"));

  expect(lines).toEqual([{ kind: "folded", text: "", count: 20 }]);
});

test("a text without end is cut and says so", () => {
  const { lines, isCut } = linesOf("", many.join("\n").repeat(200));

  expect([lines.length, isCut]).toEqual([2000, true]);
});
