// How an answer and many answers are called where channels show their requests.
import { expect, test } from "vitest";
import { answered, ill } from "./words";

test("a caller's fault is not shown as ours", () => {
  expect([200, 202, 404, 429, 500, 504].map(answered)).toEqual(["good", "good", "late", "late", "bad", "bad"]);
});

test("how many went wrong is said of how many", () => {
  expect(ill(3, 50, "failed")).toBe("3 of the last 50 failed");
  expect(ill(1, 1, "refused")).toBe("it was refused");
});
