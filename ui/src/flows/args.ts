// The arguments that a run form begins with, and which problems have no field to stand at.
import { ApiError } from "../api/client";
import type { JsonSchema } from "../forms/types";

/** Defaults and examples of the schema, as far as it names any. */
export function begun(schema: JsonSchema): Record<string, unknown> {
  const given = firstOf(schema);
  const whole = typeof given === "object" && given !== null && !Array.isArray(given) ? (given as Record<string, unknown>) : {};
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const value = firstOf(field);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(fields), ...whole };
}

function firstOf(schema: JsonSchema): unknown {
  if (schema.default !== undefined) return schema.default;
  return Array.isArray(schema.examples) ? schema.examples[0] : undefined;
}

/** What a flow takes that names no arguments but reads some. */
export const UNNAMED: JsonSchema = { title: "Arguments", description: "JSON. The flow reads `$args`, but has no `input` that names them." };

/** Whether something in a flow reads the arguments of its play. */
export function readsArgs(definition: unknown): boolean {
  return /\$(prev\s*\.\s*)?args\b/.test(JSON.stringify(definition));
}

/** The error without what its fields say themselves. */
export function strayProblems(error: Error, schema: JsonSchema): Error {
  if (!(error instanceof ApiError)) return error;
  const fields = Object.keys(schema.properties ?? {});
  const isShown = (path: string) => fields.some((field) => path === `args.${field}` || path.startsWith(`args.${field}.`) || path.startsWith(`args.${field}[`));
  const rest = error.details.filter((each) => !isShown(each.path));
  return new ApiError(error.status, error.code, error.message, error.requestId, rest);
}

/** A key under which the same run, sent twice, is played once. */
export function freshKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");
}
