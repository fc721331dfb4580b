// What a JSON Schema says about one field: which control it gets, its name in words, and where its problems stand.
import type { JsonSchema, Problem } from "./types";

export type Kind = "text" | "number" | "boolean" | "choice" | "list" | "object" | "map" | "json";

/** A schema without references and without `or null`, and what kind of control it gets. */
export interface Shape {
  kind: Kind;
  schema: JsonSchema;
  isNullable: boolean;
  isInteger: boolean;
}

export const DEEPEST = 3;

export function shapeOf(given: JsonSchema, root: JsonSchema, depth = 0): Shape {
  const schema = resolved(given, root);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return ofOptions(schema, options.map((each) => resolved(each, root)), root, depth);
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const others = types.filter((type) => type !== "null");
  const kind = others.every((type) => type === "integer" || type === "number") && others.length ? "number" : kindOf(schema, others, depth);
  return { kind, schema, isNullable: others.length < types.length, isInteger: others.length === 1 && others[0] === "integer" };
}

function ofOptions(schema: JsonSchema, options: JsonSchema[], root: JsonSchema, depth: number): Shape {
  const others = options.filter((each) => each.type !== "null");
  const isNullable = others.length < options.length;
  const numbers = others.every((each) => each.type === "integer" || each.type === "number");
  const { anyOf: _anyOf, oneOf: _oneOf, ...said } = schema;
  if (others.length === 1) return { ...shapeOf({ ...others[0], ...said }, root, depth), isNullable };
  return { kind: numbers && others.length ? "number" : "json", schema: said, isNullable, isInteger: false };
}

function kindOf(schema: JsonSchema, types: string[], depth: number): Kind {
  if (schema.enum) return schema.enum.every((each) => typeof each !== "object") ? "choice" : "json";
  if (types.length !== 1) return "json";
  if (types[0] === "string") return "text";
  if (types[0] === "boolean") return "boolean";
  if (depth >= DEEPEST) return "json";
  if (types[0] === "array") return schema.items && Object.keys(schema.items).length ? "list" : "json";
  if (schema.properties && Object.keys(schema.properties).length) return "object";
  return schema.additionalProperties === false ? "json" : "map";
}

/** The schema that a `$ref` names, with what is said beside it. */
function resolved(schema: JsonSchema, root: JsonSchema, trips = 0): JsonSchema {
  const name = typeof schema.$ref === "string" ? schema.$ref : null;
  if (!name?.startsWith("#/") || trips > 8) return schema;
  const steps = name.slice(2).split("/");
  const found = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], root);
  const { $ref: _ref, ...said } = schema;
  return resolved({ ...(found as JsonSchema | undefined), ...said }, root, trips + 1);
}

/** `Timeout seconds` for `timeoutSeconds`; a title that only repeats the name without its spaces does not count. */
export function labelOf(name: string, schema: JsonSchema): string {
  const title = schema.title;
  if (title && plain(title) !== plain(name)) return title;
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1).replace(/ ([A-Z])(?=[a-z])/g, (_, letter: string) => ` ${letter.toLowerCase()}`);
}

function plain(text: string): string {
  return text.replace(/[^a-z0-9]/gi, "").toLowerCase();
}

/** The path of what is inside, written as the server writes it: `args.values`, `routes[2]`, `args["x y"]`. */
export function inside(path: string, step: string | number): string {
  if (typeof step === "number") return `${path}[${step}]`;
  if (!/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(step)) return `${path}[${JSON.stringify(step)}]`;
  return path ? `${path}.${step}` : step;
}

/** What is wrong with exactly this field. */
export function problemsAt(problems: readonly Problem[], path: string): readonly Problem[] {
  return problems.filter((each) => each.path === path);
}

/** What is wrong with this field or inside it. */
export function problemsUnder(problems: readonly Problem[], path: string): readonly Problem[] {
  return problems.filter((each) => each.path === path || each.path.startsWith(`${path}.`) || each.path.startsWith(`${path}[`));
}

/** Whether a value is text with an expression in it. */
export function isExpression(value: unknown): value is string {
  return typeof value === "string" && value.includes("{{");
}

/** The value a new entry of a list begins with. */
export function emptyOf(schema: JsonSchema, root: JsonSchema): unknown {
  const shape = shapeOf(schema, root);
  if (shape.schema.default !== undefined) return shape.schema.default;
  const begins: Record<Kind, unknown> = { text: "", number: 0, boolean: false, choice: shape.schema.enum?.[0] ?? "", list: [], object: {}, map: {}, json: null };
  return begins[shape.kind];
}

/** A value where its field is turned to an expression: the same value, written as one. */
export function asExpression(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : `{{ ${JSON.stringify(value)} }}`;
}

/** The value of an expression that is only a literal, for the way back; undefined where it is more than that. */
export function asLiteral(text: string): unknown {
  const found = /^\s*\{\{([\s\S]*)\}\}\s*$/.exec(text);
  try {
    return JSON.parse(found ? found[1]! : text);
  } catch {
    return undefined;
  }
}

/** A value whose field is turned to an expression or back; an expression that was turned off by mistake comes back whole. */
export function turned(value: unknown, wasExpression: boolean, isText: boolean, former: string | null): unknown {
  if (wasExpression) return isText ? (isExpression(value) ? "" : value) : asLiteral(String(value ?? ""));
  if (former !== null && (value === undefined || value === null || value === "")) return former;
  return isText ? value : asExpression(value);
}
