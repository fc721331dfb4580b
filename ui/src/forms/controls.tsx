// The controls of single values: text, number, yes or no, one of several, and anything else as JSON text.
import { useEffect, useState } from "react";
import type { Shape } from "./schema";
import { isJson, isMeantAsJson, jsonAsText, jsonFrom, numberAsText, numberFrom } from "./written";

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
  // What is taken when nothing is said; a field that was emptied says something.
  const hint = typeof shape.schema.default === "string" && value !== "" ? shape.schema.default : undefined;
  if (isLong) return <textarea {...marks(props)} rows={Math.min(8, text.split("\n").length + 1)} value={text} placeholder={hint} onChange={(event) => change(event.target.value)} />;
  return <input {...marks(props)} type="text" value={text} placeholder={hint} onChange={(event) => change(event.target.value)} />;
}

export function NumberControl(props: ControlProps) {
  const { value, onChange, shape } = props;
  const [text, setText] = useWritten(value, numberAsText, numberFrom);
  const change = (next: string) => {
    setText(next);
    onChange(numberFrom(next) ?? (shape.isNullable ? null : undefined));
  };
  const hint = typeof shape.schema.default === "number" ? String(shape.schema.default) : undefined;
  const found = numberFrom(text);
  const isOdd = found !== undefined && !(shape.isInteger ? Number.isInteger(found) : typeof found === "number");
  return (
    <>
      <input {...marks(props)} aria-invalid={isOdd || props.isWrong || undefined} type="text" inputMode={shape.isInteger ? "numeric" : "decimal"} value={text} placeholder={hint} onChange={(event) => change(event.target.value)} />
      {isOdd && <small className="form-wrong">{shape.isInteger ? "Write a whole number." : "Write a number."}</small>}
    </>
  );
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
  const [text, setText] = useWritten(value, jsonAsText, jsonFrom);
  const isText = text.trim() !== "" && !isJson(text);
  const isHalf = isText && isMeantAsJson(text);
  const change = (next: string) => {
    setText(next);
    onChange(jsonFrom(next));
  };
  return (
    <>
      <textarea {...marks(props)} aria-invalid={isHalf || props.isWrong || undefined} className="form-json" spellCheck={false} rows={Math.min(10, text.split("\n").length + 1)} value={text} placeholder="JSON" onChange={(event) => change(event.target.value)} />
      {isText && <small className={isHalf ? "form-wrong" : "form-help"}>This is not JSON, so it counts as text.</small>}
    </>
  );
}

/** Text as somebody writes it; it follows the value only when that changes to something else from outside. */
function useWritten(value: unknown, write: (value: unknown) => string, read: (text: string) => unknown) {
  const [text, setText] = useState(() => write(value));
  useEffect(() => {
    if (JSON.stringify(read(text) ?? null) !== JSON.stringify(value ?? null)) setText(write(value));
  }, [value]);
  return [text, setText] as const;
}
