// A field whose value is an expression, or text with expressions in it.
import type { ControlProps } from "./controls";
import type { ExpressionContext } from "./types";

export interface ExpressionProps extends Omit<ControlProps, "shape"> {
  label: string;
  path: string;
  context: ExpressionContext | undefined;
  isMany: boolean;
}

export function ExpressionField({ id, value, onChange, described, isWrong }: ExpressionProps) {
  return (
    <textarea id={id} className="form-code" rows={1} spellCheck={false} aria-describedby={described || undefined} aria-invalid={isWrong || undefined} value={typeof value === "string" ? value : ""} onChange={(event) => onChange(event.target.value)} />
  );
}
