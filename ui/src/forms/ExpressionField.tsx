// A field whose value is an expression, or text with expressions in it: plain until it gets the focus, then a code field.
import { useEffect, useLayoutEffect, useRef, useState, type ComponentType } from "react";
import type { EditorView } from "@codemirror/view";
import type { ControlProps } from "./controls";
import { withPath } from "./expression/place";
import { useFunctions } from "./expression/useFunctions";
import { ValueBeside } from "./expression/ValueBeside";
import type { BoxProps } from "./expression/CodeBox";
import type { ExpressionContext } from "./types";

export interface ExpressionProps extends Omit<ControlProps, "shape"> {
  context: ExpressionContext | undefined;
  isMany: boolean;
  /** Whether somebody wrote in the field that this one takes the place of. */
  takesFocus: { readonly current: boolean };
  /** Hands out how a path is put in where the cursor stands. */
  onInsert: (insert: ((path: string) => void) | null) => void;
}

type Box = ComponentType<BoxProps>;

export function ExpressionField(props: ExpressionProps) {
  const { id, value, onChange, context, isMany, described, isWrong } = props;
  const [Code, setCode] = useState<Box | null>(null);
  const plain = useRef<HTMLTextAreaElement>(null);
  const view = useRef<EditorView>(null);
  const functions = useFunctions(Code !== null);
  const now = useRef(functions);
  now.current = functions;
  const text = typeof value === "string" ? value : "";
  const insert = useRef((_path: string) => undefined as void);
  insert.current = (path) => {
    const [from, to] = selectionOf(view.current, plain.current, text);
    const next = withPath(text, path, from, to);
    if (view.current) view.current.dispatch({ changes: { from: 0, to: text.length, insert: next.text }, selection: { anchor: next.at } });
    else onChange(next.text);
  };
  useLayoutEffect(() => {
    if (!props.takesFocus.current) return;
    plain.current?.focus();
    plain.current?.setSelectionRange(text.length, text.length);
  }, []);
  useEffect(() => {
    props.onInsert((path) => insert.current(path));
    return () => props.onInsert(null);
  }, []);
  // The plain field stays until the code field is there, so that nothing typed meanwhile is lost.
  const open = async () => {
    const found = await import("./expression/CodeBox").catch(() => null);
    if (found && document.activeElement === plain.current) setCode(() => found.default);
  };
  const field = (
    <textarea
      ref={plain}
      id={id}
      className="form-code"
      rows={Math.min(6, text.split("\n").length)}
      spellCheck={false}
      aria-describedby={described || undefined}
      aria-invalid={isWrong || undefined}
      placeholder="{{ … }}"
      value={text}
      onFocus={() => void open()}
      onChange={(event) => onChange(isMany ? event.target.value : event.target.value.replaceAll("\n", " "))}
    />
  );
  return (
    <div className="form-expression">
      {Code ? (
        <Code
          value={text}
          onChange={onChange}
          labelledBy={`${id}-label`}
          described={described}
          isWrong={isWrong}
          isMany={isMany}
          context={context}
          functions={() => now.current}
          start={selectionOf(null, plain.current, text)}
          onReady={(made) => void (view.current = made)}
        />
      ) : (
        field
      )}
      <ValueBeside source={text} context={context} />
    </div>
  );
}

function selectionOf(view: EditorView | null, plain: HTMLTextAreaElement | null, text: string): [number, number] {
  if (view) return [view.state.selection.main.from, view.state.selection.main.to];
  if (plain?.isConnected) return [plain.selectionStart, plain.selectionEnd];
  return [text.length, text.length];
}
