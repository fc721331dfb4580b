// For whom a flowlet waits: lines of the canvas as a list to tick, for keys and screen readers.
import { Dialog } from "../shell/Dialog";
import { connect, disconnect, find, waitsFor } from "./model/changes";
import { beforeOf, mannerOf, membersOf, scopeOf } from "./model/order";
import type { Editing } from "./useEditing";

export function Waits({ editing, of, onClose }: { editing: Editing; of: string; onClose: () => void }) {
  const { text, change, mayChange } = editing;
  const flowlet = find(text, of);
  if (!flowlet) return null;
  const scope = scopeOf(flowlet);
  const members = membersOf(text.flowlets, scope);
  const before = new Set(beforeOf(members).get(of));
  const isWritten = mannerOf(members) === "after";
  const toggle = (ref: string) => change(before.has(ref) ? disconnect(text, ref, of) : connect(text, ref, of), { at: of });
  return (
    <Dialog title={`What ${of} waits for`} onClose={onClose}>
      <p className="quiet">
        {isWritten
          ? "It starts as soon as these are finished, whatever came of them."
          : "The order comes from the stages. A tick here writes it down for each flowlet instead, as the lines of the canvas."}
      </p>
      <ul className="editor-waits">
        {members
          .filter((each) => each.ref !== of)
          .map(({ ref, appId }) => (
            <li key={ref}>
              <label className="check">
                <input type="checkbox" checked={before.has(ref)} disabled={!mayChange || (!before.has(ref) && waitsFor(text, scope, ref, of))} onChange={() => toggle(ref)} />
                {ref} <span className="quiet">{waitsFor(text, scope, ref, of) ? `waits for ${of} itself` : appId}</span>
              </label>
            </li>
          ))}
      </ul>
      <form method="dialog" className="buttons">
        <button type="submit" autoFocus>
          Close
        </button>
      </form>
    </Dialog>
  );
}
