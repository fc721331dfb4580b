// A form for a JSON Schema: the same for a module's settings, the args of a test, a component, a channel's try-it.
import { useMemo } from "react";
import "../style/form.css";
import { Field } from "./Field";
import type { Form } from "./inner";
import { ObjectField } from "./ObjectField";
import { problemsAt, shapeOf } from "./schema";
import type { ExpressionContext, JsonSchema, Problem } from "./types";

interface Props {
  schema: JsonSchema;
  value: unknown;
  onChange: (next: unknown) => void;
  problems?: readonly Problem[];
  path?: string;
  allowExpressions?: boolean;
  context?: ExpressionContext;
}

const NONE: readonly Problem[] = [];

export function SchemaForm({ schema, value, onChange, problems = NONE, path = "", allowExpressions = false, context }: Props) {
  const form = useMemo<Form>(() => ({ root: schema, problems, allowExpressions, context }), [schema, problems, allowExpressions, context]);
  const shape = shapeOf(schema, schema);
  const wrong = problemsAt(problems, path);
  if (shape.kind === "object") {
    return (
      <div className="form" data-path={path}>
        {wrong.length > 0 && (
          <ul className="form-wrong">
            {wrong.map((each) => (
              <li key={each.message}>{each.message}</li>
            ))}
          </ul>
        )}
        <ObjectField name="" shape={shape} value={value} onChange={onChange} path={path} form={form} depth={0} />
      </div>
    );
  }
  return (
    <div className="form">
      <Field name={schema.title ?? "Value"} schema={schema} value={value} onChange={onChange} path={path} form={form} depth={0} />
    </div>
  );
}
