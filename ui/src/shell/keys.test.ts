// Keys are written as the sheet of keys shows them.
import { expect, test } from "vitest";
import { isForHolding, written } from "./keys";

const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test.each([
  [{ ...none, key: "j" }, "j"],
  [{ ...none, key: "X", shiftKey: true }, "Shift X"],
  [{ ...none, key: "k", ctrlKey: true }, "Ctrl K"],
  [{ ...none, key: "k", metaKey: true }, "Ctrl K"],
  [{ ...none, key: "?", shiftKey: true }, "?"],
  [{ ...none, key: "Enter" }, "Enter"],
  [{ ...none, key: " " }, "Space"],
])("%j is written %s", (event, said) => {
  expect(written(event)).toBe(said);
});

test("a held key leads along a list again and again, but does a deed only once", () => {
  expect(["j", "k", "n", "Shift N", "ArrowDown", "Alt ArrowUp", "Ctrl Z", "Ctrl Shift Z", "["].every(isForHolding)).toBe(true);
  expect(["r", "Shift R", "x", "a", "e", "Enter", "Space", "Delete", "Ctrl Enter"].some(isForHolding)).toBe(false);
});
