// The flow as YAML. What can be read is the flow at once; what cannot is kept, said, and never lost.
import { useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { Problem } from "../../forms/types";
import "../../style/editor-code.css";
import { isSame } from "../model/merge";
import type { FlowText } from "../model/types";
import { hasComment, rangesOf, readYaml, toYaml, type Unreadable } from "../model/yaml";
import type { ViewProps } from "./views";
import { CodeEditor, type Mark } from "./codemirror";

const READ_AFTER_MS = 250;

export default function Code({ editing, handle }: ViewProps) {
  const { text, problems, unread, setUnread, mayChange, chosen } = editing;
  const [unreadable, setUnreadable] = useState<Unreadable | null>(null);
  const [isCommented, setIsCommented] = useState(false);
  const editor = useRef<CodeEditor | null>(null);
  const box = useRef<HTMLDivElement>(null);
  /** The text that the editor's source says. */
  const shown = useRef<FlowText>(text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(editing);
  latest.current = editing;

  const read = (source: string) => {
    clearTimeout(timer.current);
    setIsCommented(hasComment(source));
    const found = readYaml(source);
    if ("unreadable" in found) {
      setUnreadable(found.unreadable);
      setUnread(source);
      return false;
    }
    setUnreadable(null);
    setUnread(null);
    if (isSame(latest.current.text, found.text)) return true;
    shown.current = found.text;
    latest.current.change(found.text, { kind: "code" });
    latest.current.saver.want(found.text);
    return true;
  };
  const reading = useRef(read);
  reading.current = read;
  const back = useRef(() => undefined as void);
  back.current = () => {
    setUnreadable(null);
    setUnread(null);
    shown.current = latest.current.text;
    editor.current?.show(toYaml(latest.current.text));
  };

  useEffect(() => {
    const made = new CodeEditor(box.current!, {
      source: latest.current.unread ?? toYaml(latest.current.text),
      mayChange,
      typed: (source) => {
        clearTimeout(timer.current);
        timer.current = setTimeout(() => reading.current(source), READ_AFTER_MS);
      },
      // The first step back from a text that cannot be read is the last one that could.
      undo: () => (latest.current.unread === null ? latest.current.undo() : back.current()),
      redo: () => latest.current.redo(),
      at: (offset) => {
        const ref = refAt(made.source(), offset, latest.current.text);
        if (ref !== null) latest.current.choose(ref);
      },
    });
    editor.current = made;
    if (latest.current.unread !== null) reading.current(latest.current.unread);
    return () => {
      // What was typed last is read before the view goes.
      if (made.isTyped) reading.current(made.source());
      made.destroy();
    };
  }, [mayChange]);

  // Somebody changed the flow elsewhere: undo, settings, another view.
  useEffect(() => {
    if (text === shown.current || unread !== null) return;
    setIsCommented(false);
    shown.current = text;
    editor.current?.show(toYaml(text));
  }, [text, unread]);
  const marks = useMemo(() => (unreadable ? [markOf(unreadable)] : marksOf(problems, toYaml(text))), [unreadable, problems, text]);
  useEffect(() => editor.current?.mark(unreadable ? marks : marksOf(problems, editor.current.source())), [marks]);
  useImperativeHandle(handle, () => ({
    go: () => undefined,
    fit: () => editor.current?.top(),
    settle: () => (editor.current?.isTyped ? reading.current(editor.current.source()) : latest.current.unread === null),
    focus: () => editor.current?.focus(chosen ? offsetOf(editor.current.source(), text, chosen.ref) : null),
  }));
  useEffect(() => {
    if (chosen && !editor.current?.isFocused) editor.current?.reveal(offsetOf(editor.current.source(), text, chosen.ref));
  }, [chosen?.ref]);
  return (
    <div className="editor-code">
      {unreadable && (
        <p className="notice bad" role="alert">
          Line {unreadable.line}: {unreadable.message} The text is kept in this browser; the saved draft is the last one that could be read.
          {unread !== null && (
            <button type="button" className="plain" onClick={() => back.current()}>
              Back to the last one that could be read
            </button>
          )}
        </p>
      )}
      {isCommented && (
        <p className="notice late" role="status">
          Comments are not part of a flow: they are gone as soon as you leave this view.
        </p>
      )}
      <div className="editor-code-box" ref={box} />
    </div>
  );
}

function marksOf(problems: readonly Problem[], source: string): Mark[] {
  const ranges = rangesOf(source, problems.map((each) => each.path));
  return problems.map(({ message, path }, place) => ({ from: ranges[place]![0], to: ranges[place]![1], message: path ? `${path} ${message}` : message }));
}

function markOf({ at, message }: Unreadable): Mark {
  return { from: at, to: at, message };
}

function offsetOf(source: string, text: FlowText, ref: string): number {
  const place = text.flowlets.findIndex((each) => each.ref === ref);
  return rangesOf(source, [`flowlets[${place}]`])[0]![0];
}

/** The flowlet in which the cursor stands. */
function refAt(source: string, offset: number, text: FlowText): string | null {
  const ranges = rangesOf(source, text.flowlets.map((_, place) => `flowlets[${place}]`));
  const place = ranges.findIndex(([from, to]) => from <= offset && offset <= to);
  return text.flowlets[place]?.ref ?? null;
}
