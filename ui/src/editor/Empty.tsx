// A flow without flowlets: the choice of its first one, with the search in focus.
import { useEffect, useRef } from "react";
import type { Actions } from "./actions";

export function Empty({ actions, mayChange }: { actions: Actions; mayChange: boolean }) {
  const add = useRef(() => actions.add("after", null));
  useEffect(() => {
    add.current();
  }, []);
  return (
    <div className="editor-empty">
      <p>
        <strong>This flow does nothing yet.</strong>
      </p>
      <p className="quiet">Its first flowlet is where a play begins: fetch something, work something out, or wait for somebody.</p>
      {mayChange && (
        <button type="button" className="main" autoFocus onClick={() => actions.add("after", null)}>
          Add the first flowlet <kbd>a</kbd>
        </button>
      )}
    </div>
  );
}
