// The code field of an expression: CodeMirror, fetched when the first such field gets the focus.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import { Decoration, EditorView, keymap, MatchDecorator, ViewPlugin, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { ExpressionContext } from "../types";
import { placeAt } from "./place";
import { TYPED } from "./typed";
import { suggestions, type FunctionHelp, type Suggestion } from "./suggest";

export interface BoxProps {
  value: string;
  onChange: (next: string) => void;
  labelledBy: string;
  described: string;
  isWrong: boolean;
  isMany: boolean;
  context: ExpressionContext | undefined;
  functions: () => readonly FunctionHelp[];
  /** The selection that the plain field had. */
  start: [number, number];
  onReady: (view: EditorView) => void;
}

const FROM_OUTSIDE = Annotation.define<boolean>();

export default function CodeBox(props: BoxProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const now = useRef(props);
  now.current = props;
  const sent = useRef<string[]>([]);
  const heard = useRef(props.value);
  // Before the next key: the plain field is gone in the same moment.
  useLayoutEffect(() => {
    const [anchor, head] = now.current.start;
    const state = EditorState.create({ doc: now.current.value, selection: { anchor, head }, extensions: extensionsOf(now, (text) => (sent.current.push(text), now.current.onChange(text))) });
    const made = new EditorView({ state, parent: place.current! });
    view.current = made;
    made.focus();
    now.current.onReady(made);
    return () => made.destroy();
  }, []);
  useEffect(() => {
    const made = view.current;
    // The field may be typed in before this is first looked at: what it was made of is no news then.
    if (props.value === heard.current) return;
    heard.current = props.value;
    // Whoever types fast is ahead of what the page has heard so far: an echo of that changes nothing.
    const echo = sent.current.lastIndexOf(props.value);
    if (echo >= 0) return void sent.current.splice(0, echo + 1);
    const before = made?.state.doc.toString();
    if (!made || before === props.value) return;
    sent.current = [];
    made.dispatch({ changes: { from: 0, to: before!.length, insert: props.value }, annotations: FROM_OUTSIDE.of(true) });
  }, [props.value]);
  return <div ref={place} className={props.isWrong ? "form-code-box form-code-wrong" : "form-code-box"} />;
}

type Now = { readonly current: BoxProps };

function extensionsOf(now: Now, tell: (text: string) => void): Extension[] {
  const { labelledBy, described, isMany } = now.current;
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
  return [
    EditorView.cspNonce.of(nonce),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-labelledby": labelledBy, ...(described ? { "aria-describedby": described } : {}), tabindex: "0", spellcheck: "false" }),
    EditorView.updateListener.of((update) => {
      const isMine = update.docChanged && !update.transactions.some((each) => each.annotation(FROM_OUTSIDE));
      if (isMine) tell(update.state.doc.toString());
    }),
    history(),
    closeBrackets(),
    TYPED,
    autocompletion({ override: [(found) => complete(found, now)], icons: false, activateOnTyping: true, maxRenderedOptions: 40 }),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
    BRACES,
    ...(isMany ? [] : [ONE_LINE]),
    LOOK,
  ];
}

async function complete(found: CompletionContext, now: Now): Promise<CompletionResult | null> {
  const text = found.state.doc.toString();
  const place = placeAt(text, found.pos);
  if (!place || (place.kind === "root" && place.typed === "" && !found.explicit && text[found.pos - 1] !== "$" && text[found.pos - 1] !== "{")) return null;
  const options = await suggestions(place, now.current.context ?? { values: {}, from: null }, now.current.functions());
  return { from: place.from, options: options.map(option), validFor: /^[$\w]*$/ };
}

function option(found: Suggestion) {
  return {
    label: found.label,
    detail: found.detail,
    ...(found.info ? { info: found.info } : {}),
    ...(found.boost === undefined ? {} : { boost: found.boost }),
    apply: (view: EditorView, _completion: unknown, from: number, to: number) => {
      const insert = found.apply ?? found.label;
      const start = from - (found.over ?? 0);
      view.dispatch({ changes: { from: start, to, insert }, selection: { anchor: start + insert.length - (found.back ?? 0) }, userEvent: "input.complete" });
    },
  };
}

/** Where a line may be only one, what is pasted with more of them is put into one. */
const ONE_LINE = EditorState.transactionFilter.of((change) => {
  if (!change.docChanged || change.newDoc.lines === 1) return change;
  const whole = change.newDoc.toString().replace(/\s*\n\s*/g, " ");
  if (change.startState.doc.toString() === whole.trimEnd()) return [];
  return { changes: { from: 0, to: change.startState.doc.length, insert: whole }, selection: { anchor: Math.min(change.newSelection.main.head, whole.length) } };
});

const found = new MatchDecorator({ regexp: /\{\{(?:[^"'}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\}(?!\}))*\}\}/g, decoration: Decoration.mark({ class: "form-braces" }) });

const BRACES = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = found.createDeco(view);
    }
    update(update: ViewUpdate) {
      this.decorations = found.updateDeco(update, this.decorations);
    }
  },
  { decorations: (each) => each.decorations },
);

const LOOK = EditorView.theme({
  "&": { fontSize: "0.85rem", color: "var(--ink)", backgroundColor: "var(--paper)" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": { fontFamily: "var(--mono)", padding: "0.3rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 0.6rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", border: "1px solid var(--field-line)", borderRadius: "5px", color: "var(--ink)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "14rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2rem 0.5rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--busy-ground)", color: "var(--busy)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--soft)", marginLeft: "0.8rem" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionInfo": { padding: "0.4rem 0.6rem", maxWidth: "22rem", whiteSpace: "pre-wrap" },
});
