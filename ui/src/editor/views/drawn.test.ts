// What is drawn again after a change, and what is not.
import { describe, expect, it } from "vitest";
import type { Testing } from "../../settings/types";
import { moveToStage } from "../model/stages";
import { placesOf } from "../model/layout";
import { ancestorsOf, ancestry, edgesOf } from "../model/order";
import type { FlowText } from "../model/types";
import { cardsOf, linesOf, withSameCards, withSameLines } from "./drawn";

const flow: FlowText = {
  flow: "f",
  name: "F",
  flowlets: Array.from({ length: 12 }, (_, n) => ({ ref: `s${n}`, appId: "var", index: Math.floor(n / 3), args: {} })),
};
const shared = { problems: [], ref: null, mayChange: true, add: () => undefined, wantsFocus: { current: false } };
const cards = (text: FlowText) => {
  // Every change of the text makes a new one of these.
  const testing = { layers: new Map(), pins: new Map() } as unknown as Testing;
  return cardsOf({ ...shared, text, places: placesOf(text.flowlets), testing });
};
const lines = (text: FlowText) => linesOf(edgesOf(text.flowlets), [], null, null, null);

describe("what is drawn after a change", () => {
  const moved = moveToStage(flow, "s0", 1);

  it("has the same card wherever nothing changed", () => {
    const before = cards(flow);
    const after = withSameCards(before, cards(moved));
    const stayed = after.filter((each) => before.includes(each)).map((each) => each.id);
    expect(after.map((each) => each.id)).toEqual(before.map((each) => each.id));
    expect(stayed).toEqual(expect.arrayContaining(["s6", "s7", "s8", "s9", "s10", "s11"]));
    expect(stayed).not.toContain("s0");
    expect(after.find((each) => each.id === "s0")!.position).not.toEqual(before[0]!.position);
  });

  it("has the same line wherever nothing changed", () => {
    const before = lines(flow);
    const after = withSameLines(before, lines(moved));
    expect(after.find((each) => each.id === "s6 s9")).toBe(before.find((each) => each.id === "s6 s9"));
    expect(after.map((each) => each.id)).toEqual(lines(moved).map((each) => each.id));
    expect(withSameLines(before, linesOf(edgesOf(flow.flowlets), [], null, null, "s6 s9")).filter((each) => !before.includes(each)).map((each) => each.id)).toEqual(["s6 s9"]);
  });
});

describe("what is finished before", () => {
  it("is the same asked once or for each", () => {
    const looped = { ...flow, flowlets: [...flow.flowlets, { ref: "in", appId: "var", inside: "s7" }] } as FlowText;
    const earlierThan = ancestry(looped.flowlets);
    expect([...earlierThan("in")].sort()).toEqual(["s0", "s1", "s2", "s3", "s4", "s5", "s7"]);
    for (const { ref } of looped.flowlets) expect(earlierThan(ref)).toEqual(ancestorsOf(looped, ref));
  });
});
