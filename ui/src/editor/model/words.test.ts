// What expressions, history, paste, merge and YAML do with the words of a flow.
import { describe, expect, test } from "vitest";
import { copied, pasted, readFlowlets } from "./clipboard";
import { pathOf, pathText, respoken, spokenIn } from "./expressions";
import { begin, changed, redone, undone } from "./history";
import { differences, merge } from "./merge";
import { neighbour } from "./places";
import { refProblem, renameRef, rewritesOf } from "./rename";
import type { FlowText, Flowlet } from "./types";
import { dataLines, doubtfulRefs, problemsAt } from "./uses";
import { changedPart, hasComment, rangesOf, readYaml, toYaml } from "./yaml";

const step = (ref: string, value: unknown = 1, more: Partial<Flowlet> = {}): Flowlet => ({ ref, appId: "var", args: { values: { v: value } }, ...more });
const flow = (...flowlets: Flowlet[]): FlowText => ({ flow: "f", name: "F", output: "{{ $prev.b }}", flowlets });
const text = flow(step("a"), step("b", "{{ $prev.a.v + $prev['a'].v }}"), step("c", "{{ $layer.b.state }} b $prev.b", { after: ["b"] }));

describe("expressions", () => {
  test("refs are read inside braces only, and not from quotes", () => {
    expect(spokenIn("$prev.x {{ $prev.a.b | where($layer[\"c\"].v == '$prev.d }}') }} $prev.e").map((each) => each.ref)).toEqual(["a", "c"]);
    expect(spokenIn("{{ {k: {v: $prev.a}} }}{{$prev . b}}").map((each) => each.ref)).toEqual(["a", "b"]);
  });

  test("a rename touches the ref and nothing else", () => {
    expect(respoken("{{ $prev.a.a + $prev.ab + '$prev.a' }} a", "a", "n")).toBe("{{ $prev.n.a + $prev.ab + '$prev.a' }} a");
    expect(respoken("{{ $prev['a'] }}", "a", "n")).toBe("{{ $prev['n'] }}");
  });

  test("paths are written as the server writes them", () => {
    const path = ["flowlets", 2, "args", "values", 'a.b"'];
    expect(pathText(path)).toBe('flowlets[2].args.values["a.b\\""]');
    expect(pathOf(pathText(path))).toEqual(path);
  });
});

describe("renaming", () => {
  test("rewrites every use, and says which", () => {
    const made = renameRef(text, "b", "sum");
    expect(made.output).toBe("{{ $prev.sum }}");
    expect(made.flowlets[2]).toEqual(step("c", "{{ $layer.sum.state }} b $prev.b", { after: ["sum"] }));
    expect(rewritesOf(text, "b", "sum").map((each) => each.path)).toEqual(["output", "flowlets[2].after", "flowlets[2].args.values.v"]);
    expect(made.flowlets[0]).toEqual(text.flowlets[0]);
  });

  test("an aggregator names its loop as plain text", () => {
    const loop = flow(step("each"), { ref: "all", appId: "aggregator", args: { loop: "each", flowlet: "x" } });
    expect(renameRef(loop, "each", "every").flowlets[1]!.args).toEqual({ loop: "every", flowlet: "x" });
  });

  test("says why a name will not do", () => {
    expect(refProblem(text, "a", "b")).toMatch("already");
    expect(refProblem(text, "a", "1x")).toMatch("digit");
    expect(refProblem(text, "a", "args")).toMatch("args");
    expect(refProblem(text, "a", "a")).toBeNull();
  });
});

test("data lines and doubtful refs come from expressions", () => {
  expect(dataLines(text)).toEqual([{ from: "a", to: "b" }, { from: "b", to: "c" }]);
  const wrong = flow(step("a", "{{ $prev.z }}"), step("b", "{{ $prev.c + $prev.args.n }}"), step("c"));
  expect(doubtfulRefs(wrong).map((each) => [each.path, each.message.includes("no flowlet")])).toEqual([
    ["flowlets[0].args.values.v", true],
    ["flowlets[1].args.values.v", false],
  ]);
  expect(problemsAt(doubtfulRefs(wrong), 1)).toHaveLength(1);
});

test("history brings text and selection back, and takes typing as one step", () => {
  const one = { text: flow(step("a")), chosen: "a" };
  const typed = ["x", "xy"].map((value) => ({ text: flow(step("a", value)), chosen: "a" }));
  let history = begin(one.text, "a");
  typed.forEach((each, place) => (history = changed(history, each, "set a", 1000 + place * 100)));
  expect(history.past).toHaveLength(1);
  expect(undone(history).now).toEqual(one);
  expect(redone(undone(history)).now).toBe(typed[1]);
  expect(undone(undone(history)).now).toEqual(one);
});

test("what is copied can be pasted beside itself and goes on speaking of itself", async () => {
  const given = (await readFlowlets(copied(text, ["a", "b"])))!;
  const made = pasted(text, "c", given);
  expect(made.text.flowlets.map((each) => each.ref)).toEqual(["a", "b", "c", "a_2", "b_2"]);
  expect(made.text.flowlets[4]!.args).toEqual({ values: { v: "{{ $prev.a_2.v + $prev['a_2'].v }}" } });
});

test.each([
  ["one of JSON", '{"ref": "n", "appId": "var"}', ["n"]],
  ["a list of YAML", "- ref: n\n  appId: var\n- {ref: m, appId: var}\n", ["n", "m"]],
  ["a whole flow", toYaml(text), ["a", "b", "c"]],
  ["nothing but words", "hello", null],
  ["what cannot be read", "a: [1,", null],
  ["no flowlets", '{"flowlets": [{"ref": 1}]}', null],
])("pasting takes %s", async (_, source, refs) => {
  expect((await readFlowlets(source))?.map((each) => each.ref) ?? null).toEqual(refs);
});

describe("merging", () => {
  test("loses neither of two flowlets with one ref", () => {
    const base = flow(step("a"), step("a", 2));
    const merged = merge(base, flow(step("a"), step("a", 3)), flow(step("a"), step("a", 2), step("t")));

    expect(merged.text.flowlets).toEqual([step("a"), step("a", 3), step("t")]);
    expect(differences(base, flow(step("a", 9), step("a", 2)))).toEqual(["a"]);
  });

  const mine = flow(step("a", 2), text.flowlets[1]!, text.flowlets[2]!, step("m"));
  const theirs = { ...flow(text.flowlets[0]!, step("b", 5), step("t"), text.flowlets[2]!), name: "G" };

  test("what only one changed is taken from them", () => {
    const found = merge(text, mine, theirs);
    expect(found.clashes).toEqual([]);
    expect(found.text.name).toBe("G");
    expect(found.text.flowlets.map((each) => each.ref)).toEqual(["a", "b", "t", "c", "m"]);
    expect(found.text.flowlets[0]).toEqual(step("a", 2));
    expect(found.text.flowlets[1]).toEqual(step("b", 5));
    expect(found.theirs).toEqual(["name", "b", "t"]);
  });

  test("what both changed is asked about, and removing is a change", () => {
    const other = flow(step("a", 3), text.flowlets[1]!);
    expect(merge(text, mine, other).clashes.map((each) => each.part)).toEqual(["a"]);
    expect(merge(text, mine, other, () => "theirs").text.flowlets.map((each) => each.ref)).toEqual(["a", "b", "m"]);
    expect(differences(text, flow(text.flowlets[1]!, text.flowlets[0]!, text.flowlets[2]!))).toEqual(["order"]);
  });
});

describe("yaml", () => {
  test("comments are told from values that only look like one", () => {
    expect(hasComment("a: 1 # why\n")).toBe(true);
    expect(hasComment("# top\na: 1\n")).toBe(true);
    expect(hasComment("a: |\n  # heading\nb: '#x'\nc: x#y\nd: \"# z\"\n")).toBe(false);
  });

  test("goes there and back", () => {
    expect(readYaml(toYaml(text))).toEqual({ text });
  });

  test("says where a text cannot be read", () => {
    expect(readYaml("flow: f\nname: [").valueOf()).toMatchObject({ unreadable: { line: 2 } });
    expect(readYaml("- a")).toMatchObject({ unreadable: { line: 1 } });
    expect(readYaml("flowlets:\n  - ref: a\n  - b")).toMatchObject({ unreadable: { line: 3 } });
  });

  test("finds the field of a problem, or what is around it", () => {
    const source = toYaml(text);
    const [[from, to], [around]] = rangesOf(source, ["flowlets[0].args.values.v", "flowlets[1].nothing"]) as [[number, number], [number, number]];
    expect(source.slice(from, to)).toBe("1");
    expect(source.slice(around)).toMatch(/^ref: b/);
  });

  test("changes only what differs", () => {
    expect(changedPart("abcd", "abXd")).toEqual({ from: 2, to: 3, insert: "X" });
    expect(changedPart("aa", "aaa")).toEqual({ from: 2, to: 2, insert: "a" });
  });
});

test("arrow keys lead to the nearest card of the next column", () => {
  const places = new Map([["a", { x: 0, y: 0 }], ["b", { x: 10, y: -5 }], ["c", { x: 10, y: 4 }], ["d", { x: 20, y: 0 }]]);
  expect(neighbour(places, "a", "right")).toBe("c");
  expect(neighbour(places, "c", "up")).toBe("b");
  expect(neighbour(places, "d", "left")).toBe("c");
  expect(neighbour(places, "b", "up")).toBeNull();
  expect(neighbour(places, null, "down")).toBe("a");
});
