// What a flow reads of several scopes, and how far that is known.
import { describe, expect, it } from "vitest";
import type { Entry } from "../api/types";
import { effective, endOf, typedOf, valueOf, type Scope, type Scoped } from "./kv";

const entry = (scope: Scope, key: string) => ({ id: `${scope}.${key}`, key, scope }) as Entry;
const list = (scope: Scope, keys: string[], isCut = false): Scoped => ({ scope, entries: keys.map((key) => entry(scope, key)), isCut });
const ids = (lists: Scoped[], inherit: boolean, conflict: string) => effective(lists, inherit, conflict).map((each) => each.winner?.id ?? null);

describe("what a flow reads", () => {
  const lists = [list("global", ["a", "b"]), list("flow_group", ["b", "c"]), list("flow", ["c"])];

  it("is the nearest entry of each key", () => {
    expect(ids(lists, true, "nearest")).toEqual(["global.a", "flow_group.b", "flow.c"]);
    expect(effective(lists, true, "nearest")[1]!.hidden.map((each) => each.id)).toEqual(["global.b"]);
  });

  it("is the farthest where the flow says so, and none where several are a fault", () => {
    expect(ids(lists, true, "farthest")).toEqual(["global.a", "global.b", "flow_group.c"]);
    expect(ids(lists, true, "fail")).toEqual(["global.a", null, null]);
  });

  it("is only its own where it does not inherit", () => {
    expect(ids(lists, false, "nearest")).toEqual(["flow.c"]);
  });

  it("says nothing of keys behind the end of a list that was cut", () => {
    const cut = [list("global", ["a", "b"], true), list("flow", ["b", "z"])];
    expect(endOf(cut)).toBe("b");
    expect(ids(cut, true, "nearest")).toEqual(["global.a", "flow.b"]);
  });
});

describe("a value", () => {
  it("comes back as it was typed", () => {
    for (const value of ["1042", 1042, { a: [true, null] }, ""]) {
      const { typed, asJson } = typedOf(value);
      expect(valueOf(typed, asJson)).toEqual(value);
    }
  });
});
