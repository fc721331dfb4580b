// What a schema says about a field: its control, its name, its path.
import { describe, expect, it } from "vitest";
import { asExpression, asLiteral, emptyOf, inside, isExpression, labelOf, problemsAt, problemsUnder, shapeOf, turned } from "./schema";
import type { JsonSchema } from "./types";

const kind = (schema: JsonSchema, depth = 0) => shapeOf(schema, schema, depth).kind;

describe("the control of a field", () => {
  it.each([
    [{ type: "string" }, "text"],
    [{ type: "integer" }, "number"],
    [{ type: ["number", "null"] }, "number"],
    [{ anyOf: [{ type: "integer" }, { type: "number" }, { type: "null" }] }, "number"],
    [{ type: "boolean" }, "boolean"],
    [{ type: "string", enum: ["GET", "PUT"] }, "choice"],
    [{ type: "array", items: { type: "string" } }, "list"],
    [{ type: "array", items: {} }, "json"],
    [{ type: "object", properties: { a: {} } }, "object"],
    [{ type: "object", additionalProperties: true }, "map"],
    [{ type: "object", additionalProperties: false }, "json"],
    [{}, "json"],
    [{ anyOf: [{ type: "string" }, { type: "array" }] }, "json"],
    [{ enum: [{ a: 1 }] }, "json"],
  ] as [JsonSchema, string][])("of %j is %s", (schema, expected) => {
    expect(kind(schema)).toBe(expected);
  });

  it("is JSON text below the third level", () => {
    expect(kind({ type: "object", properties: { a: {} } }, 3)).toBe("json");
  });

  it("follows references and keeps what is said beside them", () => {
    const root: JsonSchema = { $defs: { Route: { type: "object", properties: { label: { type: "string" } } } } };

    const found = shapeOf({ anyOf: [{ $ref: "#/$defs/Route" }, { type: "null" }], description: "One way." }, root);

    expect([found.kind, found.isNullable, found.schema.description]).toEqual(["object", true, "One way."]);
  });

  it("does not follow a reference to itself for ever", () => {
    const root: JsonSchema = { $defs: { A: { $ref: "#/$defs/A" } } };

    expect(shapeOf({ $ref: "#/$defs/A" }, root).kind).toBe("json");
  });
});

describe("the name of a field", () => {
  it.each([
    ["timeoutSeconds", { title: "Timeoutseconds" }, "Timeout seconds"],
    ["url", { title: "Url" }, "Url"],
    ["sourceURL", {}, "Source URL"],
    ["max_size", {}, "Max size"],
    ["id", { title: "Number of the order" }, "Number of the order"],
  ])("%s is written in words", (name, schema, expected) => {
    expect(labelOf(name, schema)).toBe(expected);
  });
});

describe("paths and problems", () => {
  it("writes paths as the server does", () => {
    expect([inside("", "id"), inside("args", "values"), inside("routes", 2), inside("args", "x y")]).toEqual(["id", "args.values", "routes[2]", 'args["x y"]']);
  });

  it("finds what is wrong at a field and inside it, not beside it", () => {
    const problems = ["args", "args.a", "args.ab", "args[1]", "argsx"].map((path) => ({ path, message: "wrong" }));

    expect(problemsAt(problems, "args.a").map((each) => each.path)).toEqual(["args.a"]);
    expect(problemsUnder(problems, "args").map((each) => each.path)).toEqual(["args", "args.a", "args.ab", "args[1]"]);
  });
});

describe("values and expressions", () => {
  it("tells them apart, and turns one into the other", () => {
    expect([isExpression("a {{ $args.id }}"), isExpression("a"), isExpression(3)]).toEqual([true, false, false]);
    expect([asExpression(5), asExpression([1]), asExpression("x"), asExpression(undefined)]).toEqual(["{{ 5 }}", "{{ [1] }}", "x", ""]);
    expect([asLiteral("{{ 5 }}"), asLiteral("{{ $args.id }}")]).toEqual([5, undefined]);
  });

  it("begins a new entry with its default, else with nothing", () => {
    const root: JsonSchema = {};

    expect([emptyOf({ type: "integer", default: 7 }, root), emptyOf({ type: "string" }, root), emptyOf({ type: "object" }, root), emptyOf({}, root)]).toEqual([7, "", {}, null]);
  });
});

describe("a field that is turned", () => {
  it("keeps a literal both ways", () => {
    expect(turned(3, false, false, null)).toBe("{{ 3 }}");
    expect(turned("{{ 3 }}", true, false, null)).toBe(3);
    expect(turned("plain", true, true, null)).toBe("plain");
  });

  it.each([true, false])("off and on again has its expression again, text or not: %s", (isText) => {
    const off = turned("{{ $prev.a.b | round(2) }}", true, isText, null);

    expect(off ?? "").toBe("");
    expect(turned(off, false, isText, "{{ $prev.a.b | round(2) }}")).toBe("{{ $prev.a.b | round(2) }}");
  });

  it("off and on again goes on from what was written meanwhile", () => {
    expect(turned("new", false, true, "{{ $old }}")).toBe("new");
    expect(turned(7, false, false, "{{ $old }}")).toBe("{{ 7 }}");
  });
});
