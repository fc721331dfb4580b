// A list and a map with free keys as rows one can add to, take out of, and move.
import { useId, useState } from "react";
import { Field } from "./Field";
import { emptyOf, inside, labelOf } from "./schema";
import type { Inner } from "./inner";

export function ListField({ shape, value, onChange, path, form, depth, name }: Inner) {
  const items = Array.isArray(value) ? value : [];
  const item = shape.schema.items ?? {};
  const word = labelOf(name, { ...shape.schema }).toLowerCase();
  const put = (place: number, next: unknown) => onChange(items.map((each, at) => (at === place ? (next ?? null) : each)));
  const move = (place: number, by: number) => {
    const next = [...items];
    const [taken] = next.splice(place, 1);
    next.splice(place + by, 0, taken);
    onChange(next);
  };
  return (
    <div className="form-list">
      {items.map((each, place) => (
        <div className="form-entry" key={place}>
          <Field name={`${place + 1}`} schema={item} value={each} onChange={(next) => put(place, next)} path={inside(path, place)} form={form} depth={depth + 1} />
          <span className="form-row-acts">
            <button type="button" className="plain" disabled={place === 0} aria-label={`Move ${place + 1} of ${word} up`} onClick={() => move(place, -1)}>
              ↑
            </button>
            <button type="button" className="plain" disabled={place === items.length - 1} aria-label={`Move ${place + 1} of ${word} down`} onClick={() => move(place, 1)}>
              ↓
            </button>
            <button type="button" className="plain" aria-label={`Take ${place + 1} out of ${word}`} onClick={() => onChange(items.filter((_, at) => at !== place))}>
              ✕
            </button>
          </span>
        </div>
      ))}
      <button type="button" className="form-add" onClick={() => onChange([...items, emptyOf(item, form.root)])}>
        Add to {word}
      </button>
    </div>
  );
}

export function MapField({ shape, value, onChange, path, form, depth, name }: Inner) {
  const entries = Object.entries(isRecord(value) ? value : {});
  const known = shape.schema.properties ?? {};
  const free = entries.filter(([key]) => !(key in known));
  const item = typeof shape.schema.additionalProperties === "object" ? shape.schema.additionalProperties : {};
  const word = labelOf(name, shape.schema).toLowerCase();
  const put = (key: string, next: unknown) => onChange(Object.fromEntries(entries.map((each) => (each[0] === key ? [key, next ?? null] : each))));
  return (
    <div className="form-list">
      {free.map(([key, each], place) => (
        <div className="form-entry form-pair" key={place}>
          <KeyInput value={key} taken={entries.map(([other]) => other)} label={`Name of ${place + 1} in ${word}`} onChange={(next) => onChange(Object.fromEntries(entries.map((pair) => (pair[0] === key ? [next, pair[1]] : pair))))} />
          <Field name={key} schema={item} value={each} onChange={(next) => put(key, next)} path={inside(path, key)} form={form} depth={depth + 1} bare />
          <span className="form-row-acts">
            <button type="button" className="plain" aria-label={`Take ${key} out of ${word}`} onClick={() => onChange(Object.fromEntries(entries.filter(([other]) => other !== key)))}>
              ✕
            </button>
          </span>
        </div>
      ))}
      <button type="button" className="form-add" onClick={() => onChange({ ...Object.fromEntries(entries), [freeName(entries.map(([key]) => key))]: emptyOf(item, form.root) ?? "" })}>
        Add to {word}
      </button>
    </div>
  );
}

/** A name is taken over when it is left or Enter is pressed: half a name may be another's. One that cannot be stays, and is told. */
function KeyInput({ value, taken, label, onChange }: { value: string; taken: string[]; label: string; onChange: (next: string) => void }) {
  const [text, setText] = useState<string | null>(null);
  const id = useId();
  const isTaken = text !== null && text !== value && taken.includes(text);
  const trouble = isTaken ? "Another one has this name" : text === "" ? "It needs a name" : null;
  const leave = () => {
    if (text === null || trouble) return;
    if (text !== value) onChange(text);
    setText(null);
  };
  return (
    <div className="form-key">
      <input
        aria-label={label}
        aria-invalid={trouble !== null || undefined}
        aria-describedby={trouble ? id : undefined}
        value={text ?? value}
        onChange={(event) => setText(event.target.value)}
        onBlur={leave}
        onKeyDown={(event) => event.key === "Enter" && leave()}
      />
      {trouble && (
        <small id={id} className="form-wrong">
          {trouble}; it is still “{value}”.
        </small>
      )}
    </div>
  );
}

function freeName(taken: readonly string[]): string {
  let n = taken.length + 1;
  while (taken.includes(`name${n}`)) n += 1;
  return `name${n}`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
