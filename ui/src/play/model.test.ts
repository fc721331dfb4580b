// What a play's page says, for plays of every kind.
import { expect, test } from "vitest";
import { aLayer, aPlay } from "../testing/plays";
import { closedText, firstStep, narrowed, refOf, stepsOf, unmetText, verdict } from "./model";

const refused = { code: "FAILED", message: "HTTP 402 card_declined", ref: "charge" };
const failed = aPlay(
  [
    aLayer("validate"),
    aLayer("notify", { state: "FAIL", error: { code: "FAILED", message: "no matter", ref: "notify" } }),
    aLayer("charge", { state: "FAIL", attempts: 3, error: refused }),
    aLayer("mail", { state: "SKIP", attempts: 0, startedAt: null, endedAt: null, durationMs: null }),
  ],
  { state: "FAIL", error: refused },
);

test("a failed play says where, after how many attempts, why, and what came of it", () => {
  expect(verdict(failed)).toBe(
    "charge failed, after 3 attempts: HTTP 402 card_declined. 1 later flowlet was skipped because of it.",
  );
});

test("of a message of many lines the sentence has the first, the step has all", () => {
  const play = aPlay([], { state: "FAIL", error: { ...refused, message: "HTTP 402\n  at pay.py:7\n  at shop.py:3" } });
  expect(verdict(play)).toBe("charge failed: HTTP 402 …");
});

test("the failure that the play failed of is the root, another one is not", () => {
  expect(stepsOf(failed).filter((step) => step.isRoot).map((step) => step.layer.ref)).toEqual(["charge"]);
});

test("what failed is shown first, then what waits, then what was done last", () => {
  expect(firstStep(failed)).toBe("charge");
  expect(firstStep(aPlay([aLayer("a"), aLayer("b", { state: "WAIT" })], { state: "WAIT" }))).toBe("b");
  expect(firstStep(aPlay([aLayer("a"), aLayer("b")]))).toBe("b");
  expect(firstStep(aPlay([]))).toBeNull();
});

test("a play that failed inside a loop shows the item's layer and marks the flowlet", () => {
  const error = { code: "ITEM_FAILED", message: "item 3", ref: "price#3" };
  const play = aPlay([aLayer("each"), aLayer("price", { layerId: null, inside: "each", state: null })], { state: "FAIL", error });

  expect(firstStep(play)).toBe("price#3");
  expect(stepsOf(play).map((step) => [step.depth, step.isRoot])).toEqual([[0, false], [1, true]]);
  expect(refOf("price#3#0")).toBe("price");
});

test("every other end and standing has its sentence", () => {
  expect(verdict(aPlay([]))).toBe("All went well in 20 ms.");
  const loop = { of: "items", count: 200, begun: 200, open: [], done: 196, failed: 4 };
  const allowed = aPlay([aLayer("ask", { state: "FAIL" }), aLayer("each", { loop }), aLayer("all")]);
  expect(verdict(allowed)).toBe("Done in 20 ms, but ask failed, 4 of 200 items of each failed; the flow goes on all the same.");
  expect(verdict(aPlay([aLayer("ok", { state: "WAIT" })], { state: "WAIT" }))).toBe("It waits at ok.");
  expect(verdict(aPlay([aLayer("go", { state: "RUN" })], { state: "RUN" }))).toBe("Running go.");
  expect(verdict(aPlay([], { state: "NEW" }))).toBe("It is accepted and waits for a worker.");
});

test("a condition that did not hold shows the values that it saw", () => {
  expect(unmetText({ position: 0, left: 120, operator: "gt", right: 200 })).toBe("120 gt 200: false");
});

test("steps are narrowed to the failed ones and to names", () => {
  const steps = stepsOf(failed);

  expect(narrowed(steps, "failed", "").map((step) => step.layer.ref)).toEqual(["notify", "charge"]);
  expect(narrowed(steps, "", "MAIL").map((step) => step.layer.ref)).toEqual(["mail"]);
  expect(narrowed(steps, "SKIP", "").map((step) => step.layer.ref)).toEqual(["mail"]);
});

test("a folded loop hides what is inside it, but from nobody who looks for it", () => {
  const play = aPlay([aLayer("each"), aLayer("price", { inside: "each" }), aLayer("deep", { inside: "price" }), aLayer("end")]);
  const closed = stepsOf(play, closedText(null, "each"));

  expect(narrowed(closed, "", "").map((step) => step.layer.ref)).toEqual(["each", "end"]);
  expect(narrowed(closed, "", "deep").map((step) => step.layer.ref)).toEqual(["deep"]);
  expect([closed[0]!.isClosed, closed[3]!.hasInside, closedText("each", "each")]).toEqual([true, false, ""]);
});
