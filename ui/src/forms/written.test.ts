// What is written in a field and its value are one: there and back, nothing is lost.
import { describe, expect, it } from "vitest";
import { isMeantAsJson, jsonAsText, jsonFrom, numberAsText, numberFrom, withExpression } from "./written";

describe("a number", () => {
  it.each([
    ["10", 10],
    [" 1,5 ", 1.5],
    ["1,500", "1,500"],
    ["-2.5e3", -2500],
    ["", undefined],
    ["3o", "3o"],
    ["10 s", "10 s"],
    ["Infinity", "Infinity"],
    ["{{ $args.n", "{{ $args.n"],
  ])("written as %j is %j", (text, value) => {
    expect(numberFrom(text)).toBe(value);
  });

  it("that is none stands in its field as it was written", () => {
    expect(numberAsText(numberFrom("3o"))).toBe("3o");
    expect(numberAsText(null)).toBe("");
  });
});

describe("JSON", () => {
  it.each([
    ['{"a": 1}', { a: 1 }],
    ["null", null],
    ["", undefined],
    ['"12"', "12"],
    ["hello there", "hello there"],
    ['{"a": 1, "b"', '{"a": 1, "b"'],
  ])("written as %j is %j", (text, value) => {
    expect(jsonFrom(text)).toEqual(value);
  });

  it.each([undefined, null, 12, "12", "true", "", " ", "hello there", '{"a": 1, "b"', '"quoted"', { a: [1] }])("of %j comes back as the same value", (value) => {
    expect(jsonFrom(jsonAsText(value))).toEqual(value);
  });

  it.each([
    ['{"a": ^}', '{"a": "{{ $b[\\"x y\\"] }}"}'],
    ['{"a": "Dear ^!"}', '{"a": "Dear {{ $b[\\"x y\\"] }}!"}'],
    ['{"q\\"": ^}', '{"q\\"": "{{ $b[\\"x y\\"] }}"}'],
  ])("takes an expression in at a place of %s", (marked, after) => {
    const at = marked.indexOf("^");

    const found = withExpression(marked.replace("^", ""), '$b["x y"]', at, at);

    expect(found).toBe(after);
    expect(jsonFrom(found)).toBeTypeOf("object");
  });

  it("that somebody has not finished is told apart from plain text", () => {
    expect(isMeantAsJson('{"a": 1,')).toBe(true);
    expect(isMeantAsJson('{"a": "{{ $args.n')).toBe(true);
    expect(isMeantAsJson("hello there")).toBe(false);
    expect(isMeantAsJson("{{ $args.n }}")).toBe(false);
  });
});
