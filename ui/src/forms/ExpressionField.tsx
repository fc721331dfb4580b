// A field whose value is an expression, or text with expressions in it: plain until it gets the focus, then a code field.
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { EditorView } from "@codemirror/view";
import type { ControlProps } from "./controls";
import { withPath } from "./expression/place";
import { useFunctions } from "./expression/useFunctions";
import { ValueBeside } from "./expression/ValueBeside";
import type { ExpressionContext } from "./types";

export interface ExpressionProps extends Omit<ControlProps, "shape"> {
  context: ExpressionContext | undefined;
  isMany: boolean;
  /** Hands out how a path is put in where the cursor stands. */
  onInsert: (insert: ((path: string) => void) | null) => void;
}

const CodeBox = lazy(() => import("./expression/CodeBox"));

export function ExpressionField(props: ExpressionProps) {
  const { id, value, onChange, context, isMany, described, isWrong } = props;
  const [isCode, setIsCode] = useState(false);
  const plain = useRef<HTMLTextAreaElement>(null);
  const view = useRef<EditorView>(null);
  const functions = useFunctions(isCode);
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
  useEffect(() => {
    props.onInsert((path) => insert.current(path));
    return () => props.onInsert(null);
  }, []);
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
      onFocus={() => setIsCode(true)}
      onChange={(event) => onChange(isMany ? event.target.value : event.target.value.replaceAll("\n", " "))}
    />
  );
  return (
    <div className="form-expression">
      {isCode ? (
        <Suspense fallback={field}>
          <CodeBox
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
        </Suspense>
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
