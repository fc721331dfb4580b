// Args to begin with: the defaults of a flow's input, and something empty for what must be there.
import { emptyOf } from "../forms/schema";
import type { JsonSchema } from "../forms/types";

export function firstArgs(input: JsonSchema | undefined): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(input?.properties ?? {})) {
    if (schema.default !== undefined) found[name] = schema.default;
    else if (Array.isArray(schema.examples) && schema.examples.length) found[name] = schema.examples[0];
    else if (input?.required?.includes(name)) found[name] = emptyOf(schema, input);
  }
  return found;
}
