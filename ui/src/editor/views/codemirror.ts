// CodeMirror, as the Code view needs it: YAML, problems as marks, the changed lines flashed, the page's nonce.
import { closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, insertNewlineAndIndent } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, StateEffect, StateField, Transaction } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, type DecorationSet } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { TYPED } from "../../forms/expression/typed";
import { changedPart } from "../model/yaml";

export interface Mark {
  from: number;
  to: number;
  message: string;
}

interface Ports {
  source: string;
  mayChange: boolean;
  typed: (source: string) => void;
  undo: () => void;
  redo: () => void;
  at: (offset: number) => void;
}

const FLASH_MS = 1200;
const LOOK_AFTER_MS = 200;
const flash = StateEffect.define<{ from: number; to: number } | null>();

const flashed = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, transaction) =>
    transaction.effects.reduce((marks, effect) => (effect.is(flash) ? linesOf(transaction.state, effect.value) : marks), before.map(transaction.changes)),
  provide: (field) => EditorView.decorations.from(field),
});

function linesOf(state: EditorState, part: { from: number; to: number } | null): DecorationSet {
  if (!part) return Decoration.none;
  const marks = [];
  for (let at = part.from; at <= part.to; ) {
    const line = state.doc.lineAt(at);
    marks.push(Decoration.line({ class: "editor-flash" }).range(line.from));
    at = line.to + 1;
  }
  return Decoration.set(marks);
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--late)" },
  { tag: [tags.comment, tags.meta, tags.punctuation, tags.separator], color: "var(--soft)" },
]);

/** The one text editor of the view. Undo belongs to the flow, so it has no history of its own. */
export class CodeEditor {
  private readonly view: EditorView;
  private readonly locked = new Compartment();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looking: ReturnType<typeof setTimeout> | undefined;
  isTyped = false;

  constructor(parent: HTMLElement, ports: Ports) {
    const keys = [
      { key: "Mod-z", run: () => (ports.undo(), true) },
      { key: "Mod-Shift-z", run: () => (ports.redo(), true) },
      { key: "Mod-y", run: () => (ports.redo(), true) },
      { key: "Enter", run: insertNewlineAndIndent },
      // Escape leaves the text, so that single keys count again and Tab goes on through the page.
      { key: "Escape", run: (view: EditorView) => (view.contentDOM.blur(), true) },
    ];
    this.view = new EditorView({
      parent,
      doc: ports.source,
      extensions: [
        EditorView.cspNonce.of(document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? ""),
        keymap.of([...keys, ...defaultKeymap.filter((each) => each.key !== "Mod-Enter" && each.key !== "Shift-Mod-k"), ...foldKeymap]),
        lineNumbers(),
        foldGutter(),
        lintGutter(),
        drawSelection(),
        highlightActiveLine(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        TYPED,
        yaml(),
        syntaxHighlighting(colours),
        flashed,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "The flow as YAML", tabindex: "0", spellcheck: "false" }),
        this.locked.of(EditorState.readOnly.of(!ports.mayChange)),
        EditorView.updateListener.of((update) => {
          const isOwn = update.transactions.some((each) => each.annotation(Transaction.userEvent));
          if (update.docChanged && isOwn) {
            this.isTyped = true;
            ports.typed(this.source());
          } else if (update.selectionSet && isOwn) {
            clearTimeout(this.looking);
            this.looking = setTimeout(() => ports.at(this.view.state.selection.main.head), LOOK_AFTER_MS);
          }
        }),
      ],
    });
  }

  get isFocused(): boolean {
    return this.view.hasFocus;
  }

  source(): string {
    return this.view.state.doc.toString();
  }

  /** Another source; only what differs changes, and flashes. */
  show(source: string): void {
    const changes = changedPart(this.source(), source);
    this.isTyped = false;
    if (changes.from === changes.to && changes.insert === "") return;
    const part = { from: changes.from, to: changes.from + changes.insert.length };
    this.view.dispatch({ changes, effects: [flash.of(part), EditorView.scrollIntoView(part.from, { y: "nearest" })] });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.view.dispatch({ effects: flash.of(null) }), FLASH_MS);
  }

  mark(marks: readonly Mark[]): void {
    const end = this.view.state.doc.length;
    const within = (place: number) => Math.max(0, Math.min(end, place));
    const found = marks.map(({ from, to, message }) => ({ from: within(from), to: within(Math.max(from, to)), message, severity: "error" as const }));
    this.view.dispatch(setDiagnostics(this.view.state, found));
  }

  reveal(offset: number): void {
    const anchor = Math.min(offset, this.view.state.doc.length);
    this.view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "start", yMargin: 40 }) });
  }

  focus(offset: number | null): void {
    if (offset !== null) this.reveal(offset);
    this.view.focus();
  }

  top(): void {
    this.view.dispatch({ effects: EditorView.scrollIntoView(0) });
  }

  destroy(): void {
    clearTimeout(this.timer);
    clearTimeout(this.looking);
    this.view.destroy();
  }
}
