// Buttons for what the keys do with the chosen flowlet; on a phone they are the only way.
import type { ReactNode } from "react";
import type { Actions } from "./actions";
import type { Editing } from "./useEditing";

interface Props {
  editing: Editing;
  actions: Actions;
  onOpen: () => void;
}

export function Tools({ editing, actions, onOpen }: Props) {
  const { chosen, mayChange } = editing;
  if (editing.text.flowlets.length === 0) return null;
  const isLoop = chosen?.appId === "iterator";
  return (
    <div className="editor-tools" role="toolbar" aria-label="The flow and the chosen flowlet">
      <Tool name="Undo" sign="↶" keys="Ctrl Z" off={!editing.canUndo || !mayChange} run={editing.undo} named="never" />
      <Tool name="Redo" sign="↷" keys="Ctrl Shift Z" off={!editing.canRedo || !mayChange} run={editing.redo} named="never" />
      <span className="editor-gap" />
      <Tool name="Add after" sign="+→" keys="a" off={!mayChange} run={() => actions.add("after")} named="always" />
      <Tool name="In parallel" sign="+↓" keys="Shift A" off={!mayChange || !chosen} run={() => actions.add("parallel")} named="always" />
      {isLoop && <Tool name="Inside" sign="+⟳" keys="i" off={!mayChange} run={() => actions.add("inside")} named="always" />}
      {chosen && (
        <>
          <span className="editor-gap" />
          <Tool name="Settings" sign="⚙" keys="Enter" run={onOpen} named="always" />
          <Tool name="Stage before" sign="←" keys="Alt ArrowLeft" off={!mayChange} run={() => actions.stage(-1)} named="never" />
          <Tool name="Next stage" sign="→" keys="Alt ArrowRight" off={!mayChange} run={() => actions.stage(1)} named="never" />
          <Tool name="Waits for" sign="⇠" keys="w" run={() => actions.ask({ what: "waits", ref: chosen.ref })} />
          <Tool name="Uses" sign="⇢" keys="u" run={() => actions.ask({ what: "uses", ref: chosen.ref })} />
          <Tool name="Rename" sign="✎" keys="F2" off={!mayChange} run={() => actions.ask({ what: "rename", ref: chosen.ref, wish: chosen.ref })} />
          <Tool name="Duplicate" sign="⊞" keys="Ctrl D" off={!mayChange} run={actions.duplicate} />
          <Tool name={chosen.disabled ? "Enable" : "Disable"} sign={chosen.disabled ? "◉" : "◌"} keys="d" off={!mayChange} run={actions.toggle} />
          <Tool name="Remove" sign="✕" keys="Delete" off={!mayChange} run={actions.remove} />
        </>
      )}
    </div>
  );
}

interface ToolProps {
  name: string;
  sign: ReactNode;
  keys: string;
  run: () => void;
  off?: boolean;
  /** When the name stands beside the sign; usually where there is room for all of them. */
  named?: "always" | "never" | "wide";
}

function Tool({ name, sign, keys, run, off = false, named = "wide" }: ToolProps) {
  return (
    <button type="button" className="editor-tool" title={`${name} (${keys})`} aria-label={name} aria-keyshortcuts={keys.replaceAll("Ctrl", "Control").replaceAll(" ", "+")} disabled={off} onClick={run}>
      <span aria-hidden="true">{sign}</span>
      {named !== "never" && <span className={`editor-tool-${named}`}>{name}</span>}
    </button>
  );
}
