// The keys of the editor: whatever the pointer can do, they can.
import { useEffect, useRef } from "react";
import { testable } from "../settings/testable";
import type { Testing } from "../settings/types";
import { isInField, useKeys, type Key } from "../shell/keys";
import type { Actions } from "./actions";
import { copied, pasted, readFlowlets } from "./model/clipboard";
import type { Way } from "./model/places";
import type { Editing } from "./useEditing";

export interface Moves {
  go: (way: Way) => void;
  open: () => void;
  close: () => void;
  fit: () => void;
  cycle: () => void;
  publish: () => void;
}

const outside = (event: Event) => !isInField(event);

export function useEditorKeys(editing: Editing, actions: Actions, testing: Testing, moves: Moves): void {
  const { chosen } = editing;
  const key = (keys: string, label: string, run: () => void): Key => ({ keys, label, run, when: outside });
  const ask = (what: "rename" | "uses" | "waits") => () => {
    if (chosen) actions.ask(what === "rename" ? { what, ref: chosen.ref, wish: chosen.ref } : { what, ref: chosen.ref });
  };
  const testThis = () => {
    if (!editing.mayChange) return actions.say("Who may change the flow may test it.", true);
    const reason = testable(editing.text, chosen?.ref ?? null).only;
    if (chosen && reason === null) void testing.run(undefined, chosen.ref);
    else actions.say(reason ?? "Choose a flowlet first.", true);
  };
  const pin = async (ref: string) => {
    const known = testing.pins.has(ref) ? null : await testing.output(ref);
    if (testing.pins.has(ref)) testing.unpin(ref);
    else if (known && !known.isCut) testing.pin(ref, known.value);
    const done = known && !known.isCut ? "is pinned" : known === null ? "is not pinned" : "has an output too large to pin";
    actions.say(`${ref} ${done}.`, known?.isCut);
  };
  useKeys("Editor", [
    key("ArrowLeft", "Stage before", () => moves.go("left")),
    key("ArrowRight", "Next stage", () => moves.go("right")),
    key("ArrowUp", "Flowlet above", () => moves.go("up")),
    key("ArrowDown", "Flowlet below", () => moves.go("down")),
    key("a", "Add a flowlet after this one", () => actions.add("after")),
    key("Shift A", "Add one in parallel", () => actions.add("parallel")),
    key("i", "Add one inside this loop", () => chosen?.appId === "iterator" && actions.add("inside")),
    key("Enter", "Settings", moves.open),
    { keys: "Escape", label: "Close the settings", run: moves.close },
    key("Alt ArrowLeft", "Move to the stage before", () => actions.stage(-1)),
    key("Alt ArrowRight", "Move to the next stage", () => actions.stage(1)),
    key("Alt ArrowUp", "Move up in its stage", () => actions.within(-1)),
    key("Alt ArrowDown", "Move down in its stage", () => actions.within(1)),
    key("w", "What it waits for", ask("waits")),
    key("u", "What uses it", ask("uses")),
    key("F2", "Rename it everywhere", ask("rename")),
    key("p", "Pin its output for tests, or unpin it", () => chosen && editing.mayChange && void pin(chosen.ref)),
    key("d", "Disable or enable it", actions.toggle),
    key("Delete", "Remove it", actions.remove),
    key("Ctrl D", "Duplicate it", actions.duplicate),
    // The browser's own copying and pasting does these: see below.
    { keys: "Ctrl C", label: "Copy it as text", run: () => undefined, when: () => false },
    { keys: "Ctrl V", label: "Paste flowlets after it", run: () => undefined, when: () => false },
    key("Ctrl Z", "Undo", editing.undo),
    key("Ctrl Shift Z", "Redo", editing.redo),
    { keys: "Ctrl Enter", label: "Test this one alone", run: testThis },
    { keys: "Ctrl Shift Enter", label: "Test all", run: () => editing.mayChange && void testing.run() },
    key("Shift P", "Publish …", moves.publish),
    key("0", "Show all of it", moves.fit),
    key("v", "Canvas, Outline, Code", moves.cycle),
  ]);
  useClipboard(editing, actions);
}

/** Copying and pasting by the browser's own events, which ask nobody for permission. */
function useClipboard(editing: Editing, actions: Actions): void {
  const latest = useRef({ editing, actions });
  latest.current = { editing, actions };
  useEffect(() => {
    const copy = (event: ClipboardEvent) => {
      const isText = isInField(event) || !getSelection()?.isCollapsed;
      if (isText || !editing.chosen || !event.clipboardData) return;
      event.clipboardData.setData("text/plain", copied(editing.text, [editing.chosen.ref]));
      event.preventDefault();
      actions.say(`${editing.chosen.ref} copied.`);
    };
    const paste = async (event: ClipboardEvent) => {
      if (isInField(event) || !latest.current.editing.mayChange || document.querySelector("dialog[open]")) return;
      const given = await readFlowlets(event.clipboardData?.getData("text/plain") ?? "");
      const { editing, actions } = latest.current;
      if (!given) return actions.say("What was copied holds no flowlets.", true);
      const made = pasted(editing.text, editing.chosen?.ref ?? null, given);
      editing.change(made.text, { at: made.ref });
      actions.say(`${given.length === 1 ? made.ref : `${given.length} flowlets`} pasted.`);
    };
    const hear = (event: ClipboardEvent) => void paste(event);
    document.addEventListener("copy", copy);
    document.addEventListener("paste", hear);
    return () => {
      document.removeEventListener("copy", copy);
      document.removeEventListener("paste", hear);
    };
  });
}
