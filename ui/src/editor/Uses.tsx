// Everything that speaks of a flowlet, each a way to there.
import { Dialog } from "../shell/Dialog";
import { usesOf } from "./model/uses";
import type { Editing } from "./useEditing";

export function Uses({ editing, of, onClose }: { editing: Editing; of: string; onClose: () => void }) {
  const uses = usesOf(editing.text, of);
  const go = (ref: string) => {
    editing.choose(ref);
    onClose();
  };
  return (
    <Dialog title={`What uses ${of}`} onClose={onClose}>
      {uses.length === 0 && <p className="quiet">Nothing speaks of it yet. Read its output with {`{{ $prev.${of} }}`}.</p>}
      <ul className="editor-uses">
        {uses.map(({ by, path, text }) => (
          <li key={path}>
            {by === null ? (
              <strong>Flow</strong>
            ) : (
              <button type="button" className="plain" onClick={() => go(by)}>
                {by}
              </button>
            )}{" "}
            <code className="quiet">{path}</code>
            <code>{text}</code>
          </li>
        ))}
      </ul>
      <form method="dialog" className="buttons">
        <button type="submit">Close</button>
      </form>
    </Dialog>
  );
}
