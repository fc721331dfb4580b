// Keys are written as the sheet of keys shows them.
import { expect, test } from "vitest";
import { written } from "./keys";

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
