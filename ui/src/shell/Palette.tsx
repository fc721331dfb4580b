// Ctrl K: go to a flow, a play by its id or title, or do what a key of this screen does.
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useId, useState, type KeyboardEvent } from "react";
import { useLocation } from "wouter";
import { get } from "../api/client";
import { look } from "../parts/states";
import { Dialog } from "./Dialog";
import { keysTaken, type Key } from "./keys";

interface Entry {
  id: string;
  kind: string;
  name: string;
  run: () => void;
}

const MOST = 40;
const FLOWS = 25;

export function Palette({ commands, onClose }: { commands: readonly Key[]; onClose: () => void }) {
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const wanted = useDeferredValue(typed.trim());
  const list = useId();
  const flows = useQuery({
    queryKey: ["flows", "palette", wanted],
    queryFn: ({ signal }) => get("/flows", { query: { text: wanted || undefined, size: FLOWS }, signal }),
    placeholderData: (before) => before,
  });
  const plays = useQuery({
    queryKey: ["plays", "palette", wanted],
    queryFn: ({ signal }) => get("/plays", { query: { text: wanted, size: 8 }, signal }),
    enabled: wanted.length > 1,
  });
  const go = (place: string) => () => navigate(place);
  const own = keysTaken().flatMap((layer) => layer.keys).filter((key) => !commands.includes(key));
  const entries: Entry[] = [
    ...(plays.data?.data ?? []).map((play) => ({
      id: play.id,
      kind: `Play, ${look(play.state).word.toLowerCase()}`,
      name: play.title ?? `${play.flow} ${play.id}`,
      run: go(`/plays/${play.id}`),
    })),
    ...(flows.data?.data ?? []).map((flow) => ({
      id: flow.id,
      kind: "Flow",
      name: flow.name,
      run: go(`/flows/${encodeURIComponent(flow.permanentId)}`),
    })),
    ...[...own, ...commands].map((key) => ({
      id: key.keys,
      kind: `Key ${key.keys}`,
      name: key.label,
      run: () => key.run(new window.KeyboardEvent("keydown")),
    })),
  ];
  const found = entries.filter((entry) => entry.kind.startsWith("Play,") || fits(entry.name, wanted)).slice(0, MOST);
  const chosen = Math.min(at, found.length - 1);
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
      choose(found[chosen]);
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
        aria-label="A flow, a play, an action"
        placeholder="A flow, a play, an action …"
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
            <span>{entry.name}</span> <span className="quiet">{entry.kind}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="quiet">Nothing is called so.</p>}
    </Dialog>
  );
}

/** Whether every word of what was typed is in a name. */
function fits(name: string, wanted: string): boolean {
  const lower = name.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
