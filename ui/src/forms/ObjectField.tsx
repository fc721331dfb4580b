// An object with known fields; what else it holds is kept and shown, never dropped.
import { Field } from "./Field";
import type { Inner } from "./inner";
import { isRecord, MapField } from "./ListField";
import { inside } from "./schema";

export function ObjectField({ name, shape, value, onChange, path, form, depth }: Inner) {
  const held = isRecord(value) ? value : {};
  const known = shape.schema.properties ?? {};
  const required = new Set(shape.schema.required ?? []);
  const put = (field: string, next: unknown) => {
    const { [field]: _before, ...others } = held;
    onChange(next === undefined ? others : field in held ? { ...held, [field]: next } : { ...others, [field]: next });
  };
  const isOpen = shape.schema.additionalProperties !== undefined && shape.schema.additionalProperties !== false;
  const strangers = Object.keys(held).filter((field) => !(field in known));
  return (
    <div className={depth ? "form-object form-nested" : "form-object"}>
      {Object.entries(known).map(([field, schema]) => (
        <Field key={field} name={field} schema={schema} value={held[field]} onChange={(next) => put(field, next)} path={inside(path, field)} form={form} depth={depth + 1} isRequired={required.has(field)} />
      ))}
      {isOpen && <MapField name={name} shape={shape} value={value} onChange={onChange} path={path} form={form} depth={depth} />}
      {!isOpen && strangers.map((field) => <Stranger key={field} field={field} held={held} put={put} form={form} path={path} />)}
    </div>
  );
}

type Stranger = { field: string; held: Record<string, unknown>; put: (field: string, next: unknown) => void } & Pick<Inner, "form" | "path">;

function Stranger({ field, held, put, form, path }: Stranger) {
  return (
    <div className="form-entry">
      <Field name={field} schema={{ description: "The form does not know this field; it is kept as it is." }} value={held[field]} onChange={(next) => put(field, next)} path={inside(path, field)} form={form} depth={9} />
      <button type="button" className="plain" aria-label={`Take ${field} out`} onClick={() => put(field, undefined)}>
        ✕
      </button>
    </div>
  );
}
