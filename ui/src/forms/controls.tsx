// The controls of single values: text, number, yes or no, one of several, and anything else as JSON text.
import { useEffect, useState } from "react";
import type { Shape } from "./schema";

export interface ControlProps {
  id: string;
  shape: Shape;
  value: unknown;
  onChange: (next: unknown) => void;
  described: string;
  isWrong: boolean;
}

function marks(props: ControlProps) {
  return { id: props.id, "aria-describedby": props.described || undefined, "aria-invalid": props.isWrong || undefined };
}

const LONG = 60;

export function TextControl(props: ControlProps) {
  const { value, onChange, shape } = props;
  const text = typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
  const isLong = text.length > LONG || text.includes("\n") || shape.schema.format === "multiline" || Number(shape.schema.maxLength) > 50_000;
  const change = (next: string) => onChange(next === "" && shape.isNullable ? null : next);
  const hint = typeof shape.schema.default === "string" ? shape.schema.default : undefined;
  if (isLong) return <textarea {...marks(props)} rows={Math.min(8, text.split("\n").length + 1)} value={text} placeholder={hint} onChange={(event) => change(event.target.value)} />;
  return <input {...marks(props)} type="text" value={text} placeholder={hint} onChange={(event) => change(event.target.value)} />;
}

export function NumberControl(props: ControlProps) {
  const { value, onChange, shape } = props;
  const [text, setText] = useWritten(value, (each) => (typeof each === "number" ? String(each) : ""), numberIn);
  const change = (next: string) => {
    setText(next);
    if (next.trim() === "") onChange(shape.isNullable ? null : undefined);
    else if (numberIn(next) !== undefined) onChange(numberIn(next));
  };
  const hint = typeof shape.schema.default === "number" ? String(shape.schema.default) : undefined;
  const isOdd = text.trim() !== "" && (numberIn(text) === undefined || (shape.isInteger && !Number.isInteger(numberIn(text))));
  return (
    <>
      <input {...marks(props)} aria-invalid={isOdd || props.isWrong || undefined} type="text" inputMode={shape.isInteger ? "numeric" : "decimal"} value={text} placeholder={hint} onChange={(event) => change(event.target.value)} />
      {isOdd && <small className="form-wrong">{shape.isInteger ? "Write a whole number." : "Write a number."}</small>}
    </>
  );
}

function numberIn(text: string): number | undefined {
  const found = Number(text.trim().replace(",", "."));
  return text.trim() === "" || !Number.isFinite(found) ? undefined : found;
}

export function BooleanControl(props: ControlProps) {
  const { value, onChange, shape } = props;
  const isOn = value === undefined ? shape.schema.default === true : value === true;
  return <input {...marks(props)} type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />;
}

export function ChoiceControl(props: ControlProps) {
  const { value, onChange, shape } = props;
  const choices = shape.schema.enum ?? [];
  const at = choices.indexOf(value ?? null);
  const standard = shape.schema.default;
  const isOther = at < 0 && value !== undefined && value !== null;
  return (
    <select {...marks(props)} value={isOther ? "other" : at < 0 ? "" : String(at)} onChange={(event) => onChange(event.target.value === "" ? undefined : choices[Number(event.target.value)])}>
      <option value="">{standard === undefined || standard === null ? "–" : `${String(standard)} (as usual)`}</option>
      {isOther && <option value="other">{String(value)} (not one of these)</option>}
      {choices.map((choice, place) => (
        <option key={place} value={place}>
          {String(choice)}
        </option>
      ))}
    </select>
  );
}

export function JsonControl(props: ControlProps) {
  const { value, onChange } = props;
  const [text, setText] = useWritten(value, pretty, parsed);
  const isOdd = text.trim() !== "" && parsed(text) === undefined;
  const change = (next: string) => {
    setText(next);
    if (next.trim() === "") onChange(undefined);
    else if (parsed(next) !== undefined) onChange(parsed(next));
  };
  return (
    <>
      <textarea {...marks(props)} aria-invalid={isOdd || props.isWrong || undefined} className="form-json" spellCheck={false} rows={Math.min(10, text.split("\n").length + 1)} value={text} placeholder="JSON" onChange={(event) => change(event.target.value)} />
      {isOdd && <small className="form-wrong">This is not JSON yet; the last JSON is kept. Text stands in quotes.</small>}
    </>
  );
}

function pretty(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value, null, 2);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Text as somebody writes it; it follows the value only when that changes to something else from outside. */
function useWritten(value: unknown, write: (value: unknown) => string, read: (text: string) => unknown) {
  const [text, setText] = useState(() => write(value));
  useEffect(() => {
    const mine = text.trim() === "" ? undefined : read(text);
    if (mine === undefined && text.trim() !== "") return;
    if (JSON.stringify(mine ?? null) !== JSON.stringify(value ?? null)) setText(write(value));
  }, [value]);
  return [text, setText] as const;
}
