// What an approval is about is told in a few plain lines.
import { expect, test } from "vitest";
import { factsOf, waited } from "./facts";

test("plain values are told, those of `values` as if they stood alone", () => {
  expect(factsOf({ values: { order: "1042", amount: 240, reason: null } })).toEqual({
    facts: [
      { name: "order", value: "1042" },
      { name: "amount", value: "240" },
    ],
    more: false,
  });
});

test("what is nested, long or too much is left to the whole input", () => {
  expect(factsOf({ to: "ada", body: { lines: [1] } })).toEqual({ facts: [{ name: "to", value: "ada" }], more: true });
  expect(factsOf({ text: "x".repeat(200) }).more).toBe(true);
  expect(factsOf(Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`f${n}`, n]))).facts).toHaveLength(8);
  expect(factsOf([1])).toEqual({ facts: [], more: false });
});

test("the age of a question is told in whole minutes", () => {
  const now = Date.parse("2026-01-01T12:00:00Z");

  expect(waited("2026-01-01T11:59:48.400Z", now)).toBe("11 s");
  expect(waited("2026-01-01T09:50:10Z", now)).toBe("2 h 9 min");
  expect(waited("2026-01-01T11:57:30Z", now)).toBe("2 min");
});
