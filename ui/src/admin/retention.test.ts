// Which policy wins for a flow, and what is sent of what was typed.
import { describe, expect, it } from "vitest";
import { groupsAround, spelled, wishesOf, winners, type Draft, type Scope } from "./retention";

const draft = (scope: Scope, of: string | null = null): Draft => ({ scope, of, name: null, cadence: "30d", minEntries: "10", enforcedMinimum: "" });
const defaults = [draft("audit"), draft("flows.all"), draft("flows.filtered")];

it("spells times for people, and leaves what is no single one", () => {
  expect(["30d", "1h", "12h", "2w", "1d12h"].map(spelled)).toEqual(["30 days", "1 hour", "12 hours", "2 weeks", "1d12h"]);
});

describe("of several policies", () => {
  const own = [draft("flows.all"), draft("flows.group", "outer"), draft("flows.group", "inner"), draft("flow", "f1")];

  it("the most specific wins", () => {
    expect(winners(own, defaults, "f1", ["inner", "outer"]).all).toBe(own[3]);
    expect(winners(own, defaults, "f2", ["inner", "outer"]).all).toBe(own[2]);
    expect(winners(own, defaults, "f2", ["other", "outer"]).all).toBe(own[1]);
  });

  it("filtered plays have their own, and what the company says beats the settings", () => {
    expect(winners(own, defaults, "f2", [])).toEqual({ all: null, filtered: defaults[2], rest: own[0] });
  });
});

describe("groups around a flow", () => {
  it("are the nearest first, and end even where they stand in one another", () => {
    const groups = [
      { id: "inner", parentId: "outer" },
      { id: "outer", parentId: null },
      { id: "a", parentId: "b" },
      { id: "b", parentId: "a" },
    ];
    expect(groupsAround("inner", groups)).toEqual(["inner", "outer"]);
    expect(groupsAround("a", groups)).toEqual(["a", "b"]);
    expect(groupsAround(null, groups)).toEqual([]);
  });
});

describe("what was typed", () => {
  it("goes with the id of its flow or group only", () => {
    expect(wishesOf([{ ...draft("flow", "f1"), cadence: " 12h " }])).toEqual([
      { scope: "flow", flow: "f1", cadence: "12h", minEntries: 10, enforcedMinimum: null },
    ]);
    expect(wishesOf([draft("flows.group", "g")])[0]).toMatchObject({ group: "g" });
    expect(Object.keys(wishesOf([draft("audit")])[0]!)).toEqual(["scope", "cadence", "minEntries", "enforcedMinimum"]);
  });
});
