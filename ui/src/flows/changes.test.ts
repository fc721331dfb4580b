// What differs between two versions is told in words, and no secret is.
import { expect, test } from "vitest";
import type { Diff } from "../api/types";
import { changesOf, countWords, fieldWords, marksOf, movedWords } from "./changes";

const field = (path: string, kind: string, before: unknown, after: unknown) => ({ path, kind, before, after });

function aDiff(flowlets: Partial<Diff["flowlets"]>, fields: Diff["fields"] = []): Diff {
  const none = { added: [], removed: [], changed: [], moved: [], reordered: false };
  return { a: "1", b: "2", same: false, fields, flowlets: { ...none, ...flowlets }, truncated: false, texts: { a: "", b: "" }, orders: { a: [], b: [] } };
}

test.each([
  [field("retry.count", "changed", 1, 3), "retry.count 1 → 3"],
  [field("timeout", "added", null, 60), "+ timeout 60"],
  [field("title", "removed", "Old", null), '− title "Old"'],
  [field("args.token", "changed", "***", "***"), "args.token changed; it is secret, so its value is not shown"],
  [field("args.token", "added", null, "***"), "args.token added; it is secret, so its value is not shown"],
  [field("args.on", "changed", null, false), "args.on null → false"],
])("%j is %s", (change, said) => {
  expect(fieldWords(change)).toBe(said);
});

test("a long value is cut", () => {
  expect(fieldWords(field("args.text", "added", null, "x".repeat(500))).length).toBeLessThan(110);
});

test("of two long values that part shows in which they differ", () => {
  const letter = "Thank you for your order. ".repeat(9);

  expect(fieldWords(field("args.text", "changed", `${letter}Ana`, `${letter}Bob`))).toBe('args.text … ank you for your order. Ana" → … ank you for your order. Bob"');
  expect(fieldWords(field("args.text", "changed", "short", letter))).toMatch(/^args.text "short" → "Thank you .* …$/);
});

test("flowlets count once each, those that only moved not at all", () => {
  const moved = ["a", "b", "c", "d", "e"].map((ref) => ({ ref, fields: [field("index", "changed", 1, 2)] }));
  const diff = aDiff({
    added: [{ ref: "notify", appId: "send-mail", name: "Tell her" }],
    removed: [{ ref: "log", appId: "var" }],
    changed: [{ ref: "charge", fields: [field("retry.count", "changed", 1, 3), field("timeout", "changed", 5, 10)] }],
    moved,
  });

  const changes = changesOf(diff);

  expect(countWords(changes)).toBe("3 changes");
  expect(movedWords(diff)).toBe("5 moved to another stage");
  expect(changes.map((each) => [each.mark, each.ref, each.lines])).toEqual([
    ["added", "notify", ["“Tell her”, send-mail"]],
    ["changed", "charge", ["retry.count 1 → 3", "timeout 5 → 10"]],
    ["removed", "log", ["var"]],
  ]);
  const { a, b } = marksOf(diff);
  expect([a.get("log"), a.get("notify"), b.get("notify"), b.get("charge"), b.get("a")]).toEqual(["removed", undefined, "added", "changed", "moved"]);
});

test("what belongs to the flow itself is one change", () => {
  const changes = changesOf(aDiff({}, [field("title", "changed", "A", "B"), field("name", "changed", "C", "D")]));

  expect([countWords(changes), changes[0]!.ref, changes[0]!.lines.length]).toEqual(["1 change", null, 2]);
  expect([countWords([]), movedWords(aDiff({}))]).toEqual(["No change of what it does", null]);
});
