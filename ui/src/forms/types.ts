// What a form knows: the JSON Schema it is made of, what is wrong with its value, and what expressions may read.

export interface JsonSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  items?: JsonSchema;
  additionalProperties?: boolean | JsonSchema;
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  format?: string;
  [other: string]: unknown;
}

/** One thing that is wrong, at a path such as `flowlets[2].args.values.total`. */
export interface Problem {
  path: string;
  message: string;
}

/** What an expression may read here: real values of a play or a test where there are some, else the modules' examples. */
export interface ExpressionContext {
  /** The values by root, such as `{ $args: …, $prev: { total: … } }`. */
  values: Record<string, unknown>;
  /** Whether they come from a play or a test, and which. */
  from: string | null;
  /** Evaluates an expression against the play or test that the values come from. */
  evaluate?: (source: string) => Promise<Evaluated>;
  /** The flowlets that are certainly finished when this one starts, the nearest first. */
  refs?: readonly string[];
  /** Fetches what is known of a flowlet's output, for completion. */
  load?: (ref: string) => Promise<{ value: unknown; from: string } | null>;
  /** Whether `$item` and `$index` can be read. */
  isInLoop?: boolean;
}

/** What an expression came to, or why it did not. */
export interface Evaluated {
  value?: unknown;
  error?: string;
  /** The value is the beginning of its text. */
  isCut?: boolean;
  /** Something one should know about the value. */
  note?: string;
}
