// Ctrl K: go to a flow, a play by its id or title, a channel or a schedule, or do what this screen can do.
import { useEffect, useId, useState, type KeyboardEvent } from "react";
import { Dialog } from "./Dialog";
import type { Key } from "./keys";
import { useEntries, type Entry } from "./useEntries";

const MOST = 60;

export function Palette({ commands, onClose }: { commands: readonly Key[]; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const found = useEntries(typed.trim(), commands).slice(0, MOST);
  const chosen = Math.min(at, found.length - 1);
  useEffect(() => void document.getElementById(`${list}-${chosen}`)?.scrollIntoView({ block: "nearest" }), [list, chosen]);
  const choose = (entry: Entry | undefined) => {
    onClose();
    // The dialog goes first, so that what follows may open one of its own.
    if (entry) setTimeout(entry.run);
  };
  const hear = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt((chosen + step + found.length) % Math.max(found.length, 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (found[chosen]) choose(found[chosen]);
    }
  };
  return (
    <Dialog title="Go to" onClose={onClose} className="palette">
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found[chosen] && `${list}-${chosen}`}
        aria-label="A flow, a play, a channel, an action"
        placeholder="A flow, a play, a channel, an action …"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={hear}
      />
      <ul role="listbox" id={list} aria-label="Found">
        {found.map((entry, place) => (
          <li
            key={`${entry.kind} ${entry.id}`}
            id={`${list}-${place}`}
            role="option"
            aria-selected={place === chosen}
            onClick={() => choose(entry)}
            onPointerMove={() => setAt(place)}
          >
            <span>{entry.name}</span> {entry.keys ? <kbd>{entry.keys}</kbd> : <span className="quiet">{entry.kind}</span>}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="quiet">Nothing is called so. A play is found by words of its title or its error, or by its id.</p>}
    </Dialog>
  );
}
