// What the parts of a form hand on to each other.
import type { Shape } from "./schema";
import type { ExpressionContext, JsonSchema, Problem } from "./types";

/** What is the same for every field of one form. */
export interface Form {
  root: JsonSchema;
  problems: readonly Problem[];
  allowExpressions: boolean;
  context: ExpressionContext | undefined;
}

/** A field that holds others. */
export interface Inner {
  name: string;
  shape: Shape;
  value: unknown;
  onChange: (next: unknown) => void;
  path: string;
  form: Form;
  depth: number;
}
