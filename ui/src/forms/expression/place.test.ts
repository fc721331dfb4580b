// Where a cursor stands in a text with expressions, and what is suggested there.
import { describe, expect, it } from "vitest";
import { onlyPath, openedAt, placeAt, reached, withPath, written } from "./place";
import { suggestions, type FunctionHelp } from "./suggest";
import type { ExpressionContext } from "../types";

const at = (marked: string) => placeAt(marked.replace("^", ""), marked.indexOf("^"));

describe("the place of a cursor", () => {
  it.each([
    ["{{ ^ }}", "root", ""],
    ["{{ $^ }}", "root", ""],
    ["Order {{ $ar^", "root", "ar"],
    ["{{ $prev.^ }}", "path", ""],
    ["{{ $prev.total.su^ }}", "path", "su"],
    ["{{ $args.items[0].^ }}", "path", ""],
    ["{{ $args.items | map(.pr^) }}", "item", "pr"],
    ["{{ $args.items | where(1 > .^) }}", "item", ""],
    ["{{ $args.id | up^ }}", "function", "up"],
    ["{{ 1 + $args.n | ^ }}", "function", ""],
    ["{{ $a }} and {{ $b^ }}", "root", "b"],
  ])("of %s is %s", (marked, kind, typed) => {
    expect([at(marked)?.kind, at(marked)?.typed]).toEqual([kind, typed]);
  });

  it.each(["plain ^", "{{ $a }} ^", "{{ '$^' }}", "{{ a || ^", "{^{ $a }}"])("of %s is none", (marked) => {
    expect(at(marked)).toBeNull();
  });

  it("does not end an expression at braces in quotes", () => {
    expect(openedAt("{{ '}}' + $a", 12)).toBe(2);
  });

  it("reads the steps of a path", () => {
    expect(at('{{ $prev.total.rows[2]["x y"].^ }}')).toMatchObject({ root: "prev", path: ["total", "rows", 2, "x y"] });
  });
});

describe("paths", () => {
  it("are written as expressions write them", () => {
    expect(written("prev", ["a", 0, "x y", "b"])).toBe('$prev.a[0]["x y"].b');
    expect(onlyPath("{{ $prev.a[0].b }}")).toEqual({ root: "prev", path: ["a", 0, "b"] });
    expect([onlyPath("{{ $prev.a | upper }}"), onlyPath("x {{ $prev.a }}")]).toEqual([null, null]);
  });

  it("lead to values, or nowhere without a fault", () => {
    const values = { $args: { items: [{ id: 7 }] } };

    expect(reached(values, "args", ["items", 0, "id"])).toBe(7);
    expect(reached(values, "args", ["nothing", "at", "all"])).toBeUndefined();
  });

  it("go bare into an expression and as one of their own into text", () => {
    expect(withPath("Hello ", "$args.id", 6, 6)).toEqual({ text: "Hello {{ $args.id }}", at: 20 });
    expect(withPath("{{  }}", "$args.id", 3, 3).text).toBe("{{ $args.id }}");
    expect(withPath("{{ $old }}", "$args.id", 3, 7).text).toBe("{{ $args.id }}");
  });

  const inserted = (marked: string) => {
    const at = marked.indexOf("^");
    const found = withPath(marked.replace("^", ""), "$b", at, at);
    return `${found.text.slice(0, found.at)}^${found.text.slice(found.at)}`;
  };

  it.each([
    ["{{ $a ^}}", "{{ $a }} {{ $b }}^"],
    ["Hi {{ $a.sum^ }}!", "Hi {{ $a.sum }} {{ $b }}^!"],
    ["{{ $a.su^m }}", "{{ $a.sum }} {{ $b }}^"],
    ['{{ $a["x }}"]^ }}', '{{ $a["x }}"] }} {{ $b }}^'],
    ["{{ $a^", "{{ $a }} {{ $b }}^"],
    ["{{ ^$a }}", "{{ $b }}^ {{ $a }}"],
    ["{{ $a + ^ }}", "{{ $a + $b^ }}"],
    ["{{ $a | join(^) }}", "{{ $a | join($b^) }}"],
    ["{{ $prev.^ }}", "{{ $b^ }}"],
    ["{{ 1 + $^ }}", "{{ 1 + $b^ }}"],
  ] as [string, string][])("keep %j an expression that can be read", (before, after) => {
    expect(inserted(before)).toBe(after);
  });
});

describe("what is suggested", () => {
  const functions: FunctionHelp[] = [
    { name: "upper", group: "text", signature: "upper(text)", help: "In capital letters.", example: '"a" | upper', result: "A" },
    { name: "round", group: "number", signature: "round(number, digits)", help: "Rounded.", example: "1.26 | round(1)", result: 1.3 },
  ];
  const context: ExpressionContext = {
    values: { $args: { items: [{ price: 2, "x y": 1 }], id: "A-1" }, $prev: { total: { sum: 11 } } },
    from: "test",
    refs: ["total", "far"],
    load: async (ref) => (ref === "far" ? { value: { deep: { er: true } }, from: "play" } : null),
  };
  const labels = async (marked: string) => (await suggestions(at(marked)!, context, functions)).map((each) => each.label);

  it("are refs, fields of values, and what has to be fetched first", async () => {
    expect(await labels("{{ $prev.^ }}")).toEqual(["total", "far", "args"]);
    expect(await labels("{{ $prev.total.^ }}")).toEqual(["sum"]);
    expect(await labels("{{ $prev.far.deep.^ }}")).toEqual(["er"]);
    expect(await labels("{{ $prev.nobody.^ }}")).toEqual([]);
    expect(await labels("{{ $layer.total.^ }}")).toEqual(["state", "error", "attempts"]);
    expect(await labels("{{ $args.items | map(.^) }}")).toEqual(["price", "x y"]);
    expect(await labels("{{ $args.items.^ }}")).toEqual(["[0]"]);
  });

  it("are loops' roots only in loops", async () => {
    expect(await labels("{{ ^ }}")).not.toContain("$item");
  });

  it("are functions with help, and the cursor between their parentheses", async () => {
    const [upper, round] = await suggestions(at("{{ $a | ^ }}")!, context, functions);

    expect(upper).toMatchObject({ label: "upper", apply: "upper", info: 'In capital letters.\n"a" | upper → "A"' });
    expect(round).toMatchObject({ apply: "round()", back: 1 });
  });

  it("are names with spaces in quotes, in place of the dot", async () => {
    const found = await suggestions(at("{{ $args.items[0].^ }}")!, context, functions);

    expect(found[1]).toMatchObject({ label: "x y", apply: '["x y"]', over: 1 });
  });
});
