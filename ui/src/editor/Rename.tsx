// Gives a flowlet another ref, and shows beforehand everything that changes with it.
import { useState, type FormEvent } from "react";
import { Dialog } from "../shell/Dialog";
import { refProblem, renameRef, rewritesOf } from "./model/rename";
import type { Editing } from "./useEditing";

interface Props {
  editing: Editing;
  from: string;
  wish: string;
  onClose: () => void;
  say: (said: string) => void;
  /** What hangs on the ref beside the text, such as its pin. */
  onRenamed: (before: string, after: string) => void;
}

export function Rename({ editing, from, wish, onClose, say, onRenamed }: Props) {
  const { text, change, mayChange } = editing;
  const [typed, setTyped] = useState(wish);
  const next = typed.trim();
  const problem = refProblem(text, from, next);
  const rewrites = problem || next === from ? [] : rewritesOf(text, from, next);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (problem || !mayChange) return;
    if (next !== from) {
      change(renameRef(text, from, next), { at: next });
      onRenamed(from, next);
      say(`${from} is called ${next}; ${rewrites.length} uses of it changed.`);
    }
    onClose();
  };
  return (
    <Dialog title={`Rename ${from}`} onClose={onClose}>
      <form className="fields" onSubmit={send}>
        <label>
          Ref, by which expressions speak of it
          <input autoFocus value={typed} spellCheck={false} aria-invalid={problem !== null} onFocus={(event) => event.target.select()} onChange={(event) => setTyped(event.target.value)} />
        </label>
        <div aria-live="polite">
          {problem && <p className="notice bad">{problem}</p>}
          {!problem && next !== from && rewrites.length === 0 && <p className="quiet">Nothing else speaks of it.</p>}
          {rewrites.length > 0 && (
            <>
              <p className="quiet">{rewrites.length === 1 ? "One field changes" : `${rewrites.length} fields change`} with it:</p>
              <ul className="editor-rewrites">
                {rewrites.map((each) => (
                  <li key={each.path}>
                    <strong>{each.by ?? "Flow"}</strong> <code className="quiet">{each.path}</code>
                    <del>{each.before}</del>
                    <ins>{each.after}</ins>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
        <div className="buttons">
          <button type="submit" className="main" disabled={problem !== null || !mayChange}>
            Rename
          </button>
          <button type="button" onClick={onClose}>
            Leave it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
