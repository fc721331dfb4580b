// Changes keep to the way in which a flow writes its order.
import { describe, expect, test } from "vitest";
import { addAfter, addParallel, connect, disconnect, duplicate, freeRef, remove, toggleDisabled } from "./changes";
import { edgesOf, rowsOf, stagesWithin } from "./order";
import { moveStage, moveToStage, moveWithin } from "./stages";
import type { FlowText, Flowlet } from "./types";

const step = (ref: string, more: Partial<Flowlet> = {}): Flowlet => ({ ref, appId: "var", ...more });
const flow = (...flowlets: Flowlet[]): FlowText => ({ flow: "f", name: "F", flowlets });
const list = flow(step("a"), step("b"), step("c"));
const staged = flow(step("a", { index: 0 }), step("b", { index: 1 }), step("c", { index: 1 }), step("d", { index: 2 }));
const wired = flow(step("a"), step("b", { after: ["a"] }), step("c", { after: ["a"] }), step("d", { after: ["b", "c"] }));

/** The stages of a flow in words: `a | b c | d`. */
function stages(text: FlowText): string {
  const found = stagesWithin(text.flowlets);
  const most = Math.max(...found.values());
  return Array.from({ length: most + 1 }, (_, stage) => [...found].filter(([, at]) => at === stage).map(([ref]) => ref).join(" ")).join(" | ");
}

describe("adding", () => {
  test("after: into the list, a stage of its own, or between those that wait", () => {
    expect(stages(addAfter(list, "a", step("n")))).toBe("a | n | b | c");
    expect(stages(addAfter(staged, "a", step("n")))).toBe("a | n | b c | d");
    const made = addAfter(wired, "a", step("n"));
    expect(stages(made)).toBe("a | n | b c | d");
    expect(made.flowlets.some((each) => each.index !== undefined)).toBe(false);
  });

  test("in parallel: a list becomes stages, and what waited waits for both", () => {
    expect(stages(addParallel(list, "b", step("n")))).toBe("a | b n | c");
    expect(stages(addParallel(staged, "d", step("n")))).toBe("a | b c | d n");
    const made = addParallel(wired, "b", step("n"));
    expect(made.flowlets.find((each) => each.ref === "d")?.after).toEqual(["b", "n", "c"]);
    expect(made.flowlets.find((each) => each.ref === "n")?.after).toEqual(["a"]);
  });

  test("to an empty flow, and into the loop of the one beside it", () => {
    expect(addAfter(flow(), null, step("n")).flowlets).toEqual([step("n")]);
    const loop = flow(step("each", { appId: "iterator" }), step("in", { inside: "each" }));
    expect(addAfter(loop, "in", step("n")).flowlets.at(-1)).toEqual(step("n", { inside: "each" }));
  });
});

describe("moving", () => {
  test("a list changes places, stages join or part", () => {
    expect(stages(moveStage(list, "a", 1))).toBe("b | a | c");
    expect(moveStage(list, "a", -1)).toBe(list);
    expect(stages(moveStage(staged, "b", 1))).toBe("a | c | b | d");
    expect(stages(moveStage(staged, "a", 1))).toBe("a b c | d");
    expect(stages(moveStage(staged, "d", -1))).toBe("a | b c d");
    expect(stages(moveToStage(staged, "d", 0))).toBe("a d | b c");
    expect(stages(moveToStage(list, "a", 9))).toBe("b | c | a");
  });

  test("wired flowlets never make a circle", () => {
    expect(stages(moveStage(wired, "b", 1))).toBe("a | c | b | d");
    expect(stages(moveStage(wired, "a", 1))).toBe("b c | a d");
    expect(stages(moveStage(wired, "d", -1))).toBe("a | b c d");
    expect(moveStage(wired, "d", 1)).toBe(wired);
  });

  test("there and back is where it was", () => {
    expect(stages(moveStage(moveStage(staged, "b", 1), "b", -1))).toBe(stages(staged));
  });

  test("up and down in a stage changes the text only", () => {
    expect(moveWithin(staged, "c", -1).flowlets.map((each) => each.ref)).toEqual(["a", "c", "b", "d"]);
    expect(moveWithin(staged, "a", -1)).toBe(staged);
  });
});

describe("connecting", () => {
  test("writes the order of stages as after, once", () => {
    const made = connect(list, "a", "c");
    expect(made.flowlets.map((each) => each.after)).toEqual([[], ["a"], ["b", "a"]]);
    const free = flow(step("a", { index: 0 }), step("b", { index: 0 }));
    expect(stages(connect(free, "a", "b"))).toBe("a | b");
    expect(connect(free, "a", "b").flowlets.every((each) => each.index === undefined)).toBe(true);
  });

  test("no circles, and lines go again", () => {
    expect(connect(wired, "d", "a")).toBe(wired);
    expect(stages(disconnect(wired, "a", "b"))).toBe("a b | c | d");
  });
});

test("removing mends the order and takes the inside of a loop along", () => {
  expect(remove(wired, ["b"]).flowlets.at(-1)?.after).toEqual(["a", "c"]);
  const loop = flow(step("each", { appId: "iterator" }), step("in", { inside: "each" }), step("z"));
  expect(remove(loop, ["each"]).flowlets.map((each) => each.ref)).toEqual(["z"]);
});

test("a copy has a free ref and stands beside", () => {
  const made = duplicate(wired, "b");
  expect(made.ref).toBe("b_2");
  expect(stages(made.text)).toBe("a | b b_2 c | d");
  expect(freeRef(flow(step("args_2")), "args")).toBe("args_3");
  expect(freeRef(list, "pdf-extract")).toBe("pdf_extract");
});

test("disabling leaves no trace when taken back", () => {
  expect(toggleDisabled(toggleDisabled(list, "a"), "a")).toEqual(list);
});

test("rows show what is in a loop right after it", () => {
  const loop = flow(step("in", { inside: "each" }), step("each", { appId: "iterator" }), step("z"));
  expect(rowsOf(loop.flowlets).map(({ flowlet, stage, depth }) => [flowlet.ref, stage, depth])).toEqual([["each", 0, 0], ["in", 0, 1], ["z", 1, 0]]);
  expect(edgesOf(loop.flowlets)).toEqual([{ from: "each", to: "in" }, { from: "each", to: "z" }]);
});
