// One field of a form: its name, whether it must be there, its control or an expression, help, and what is wrong.
import { useEffect, useId, useRef, useState, type DragEvent, type FocusEvent } from "react";
import { BooleanControl, ChoiceControl, JsonControl, NumberControl, TextControl, type ControlProps } from "./controls";
import { ExpressionField } from "./ExpressionField";
import { withPath } from "./expression/place";
import { Help } from "./Help";
import type { Form } from "./inner";
import { ListField, MapField } from "./ListField";
import { ObjectField } from "./ObjectField";
import { isExpression, labelOf, problemsAt, shapeOf, turned, type Kind } from "./schema";
import { DRAGGED, leaveTarget, setTarget } from "./target";
import type { JsonSchema } from "./types";
import { isMeantAsJson, jsonFrom, withExpression } from "./written";

interface Props {
  name: string;
  schema: JsonSchema;
  value: unknown;
  onChange: (next: unknown) => void;
  path: string;
  form: Form;
  depth: number;
  /** Not said of what cannot be left out by itself, such as an entry of a list. */
  isRequired?: boolean;
  /** Its name stands elsewhere, and there is no room for help. */
  bare?: boolean;
}

const CONTROLS: Partial<Record<Kind, (props: ControlProps) => React.ReactNode>> = {
  text: TextControl,
  number: NumberControl,
  boolean: BooleanControl,
  choice: ChoiceControl,
  json: JsonControl,
};

const HOLDERS = { list: ListField, map: MapField, object: ObjectField } as const;

/** An expression stays one while somebody writes in it, also when half of it is gone; so does JSON that is half there. */
function useStays() {
  const [kept, keep] = useState<"fx" | "plain" | null>(null);
  const hasFocus = useRef(false);
  const watch = (isFx: boolean) => ({
    onFocusCapture: () => {
      hasFocus.current = true;
      keep(isFx ? "fx" : "plain");
    },
    onBlurCapture: ({ currentTarget }: FocusEvent) => {
      // The code field takes the place of the plain one, which loses the focus to it.
      setTimeout(() => {
        if (currentTarget.contains(document.activeElement)) return;
        hasFocus.current = false;
        keep(null);
      });
    },
  });
  return { kept, keep, hasFocus, watch };
}

/** Where the cursor stands in a plain field, or stood before it was left. */
function selectionIn(field: HTMLElement | null, text: string): [number, number] {
  const isText = field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type === "text");
  const end = text.length;
  return isText ? [Math.min(field.selectionStart ?? end, end), Math.min(field.selectionEnd ?? end, end)] : [end, end];
}

export function Field({ name, schema, value, onChange, path, form, depth, isRequired, bare = false }: Props) {
  const id = useId();
  const shape = shapeOf(schema, form.root, depth);
  const [wantsFx, setWantsFx] = useState(false);
  const stays = useStays();
  const isHalfJson = stays.kept === "plain" && shape.kind === "json" && typeof value === "string" && isMeantAsJson(value);
  const isFx = form.allowExpressions && ((isExpression(value) && !isHalfJson) || wantsFx || stays.kept === "fx");
  const problems = problemsAt(form.problems, path);
  const label = labelOf(name, schema);
  const former = useRef<string | null>(null);
  const turn = () => {
    setWantsFx(!isFx);
    stays.keep(isFx ? null : "fx");
    const next = turned(value, isFx, shape.kind === "text", former.current);
    former.current = isFx && isExpression(value) ? value : null;
    if (next !== value) onChange(next);
  };
  const atCursor = useRef<((path: string) => void) | null>(null);
  const insert = useRef((_path: string) => undefined as void);
  insert.current = (put) => {
    if (atCursor.current) return atCursor.current(put);
    const field = document.getElementById(id);
    if (shape.kind === "json" && field instanceof HTMLTextAreaElement && isMeantAsJson(field.value)) {
      return onChange(jsonFrom(withExpression(field.value, put, ...selectionIn(field, field.value))));
    }
    const before = (shape.kind === "text" || shape.kind === "json") && typeof value === "string" ? value : "";
    onChange(withPath(before, put, ...selectionIn(field, before)).text);
  };
  const takesPaths = form.allowExpressions && !(shape.kind in HOLDERS && !isFx);
  useEffect(() => () => leaveTarget(path), [path]);
  const drop = {
    onFocus: (event: FocusEvent) => {
      event.stopPropagation();
      setTarget({ path, label, insert: (put) => insert.current(put) });
    },
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      const put = event.dataTransfer.getData(DRAGGED);
      if (!put) return;
      event.preventDefault();
      event.stopPropagation();
      insert.current(put);
    },
  };
  const Holder = HOLDERS[shape.kind as keyof typeof HOLDERS];
  const described = [shape.schema.description && !bare ? `${id}-help` : "", problems.length ? `${id}-wrong` : ""].filter(Boolean).join(" ");
  const control = { id, shape, value, onChange, described, isWrong: problems.length > 0 };
  const Control = CONTROLS[shape.kind] ?? JsonControl;
  const isGroup = Holder !== undefined && !isFx;
  const inner = isFx ? (
    <ExpressionField {...control} context={form.context} isMany={shape.kind !== "text" || shape.schema.format === "multiline"} takesFocus={stays.hasFocus} onInsert={(insert) => void (atCursor.current = insert)} />
  ) : Holder ? (
    <Holder name={name} shape={shape} value={value} onChange={onChange} path={path} form={form} depth={depth} />
  ) : (
    <Control {...control} />
  );
  return (
    <div className={`form-field form-${isFx ? "fx" : shape.kind}`} data-path={path} role={isGroup ? "group" : undefined} aria-labelledby={isGroup ? `${id}-label` : undefined} {...(isGroup ? {} : stays.watch(isFx))} {...(takesPaths ? drop : {})}>
      <div className={bare ? "form-head form-bare" : "form-head"}>
        <label id={`${id}-label`} htmlFor={isGroup ? undefined : id} className={bare ? "unseen" : ""}>
          {label}
          {isRequired && <span className="form-must"> required</span>}
        </label>
        {isGroup && shape.kind === "object" && isRequired === false && value !== undefined && (
          <button type="button" className="plain form-out" aria-label={`Take ${label} out`} title="Take it out" onClick={() => onChange(undefined)}>
            ✕
          </button>
        )}
        {form.allowExpressions && (
          <button type="button" className="form-turn" aria-pressed={isFx} aria-label={`fx, expression for ${label}`} title={isFx ? "Write a plain value" : "Write an expression"} onClick={turn}>
            fx
          </button>
        )}
      </div>
      {inner}
      {shape.schema.description && !bare && <Help id={`${id}-help`} text={shape.schema.description} standard={shape.schema.default} />}
      {problems.length > 0 && (
        <ul id={`${id}-wrong`} className="form-wrong">
          {problems.map((each) => (
            <li key={each.message}>{each.message}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
