// Choose a module: all of the catalogue, by title, purpose, appId or group, with the keyboard alone.
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { coded } from "../forms/Help";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "../shell/Dialog";
import "../style/settings-around.css";
import { EFFECTS } from "./effects";
import { searched, sentenceOf } from "./pickerSearch";
import { useModules, type ModuleRow } from "./useModule";

export function ModulePicker({ onPick, onClose }: { onPick: (appId: string) => void; onClose: () => void }) {
  const modules = useModules();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const rows = useRef<HTMLUListElement>(null);
  const found = useMemo(() => searched(modules.data?.data ?? [], typed), [modules.data, typed]);
  const chosen = Math.max(0, Math.min(at, found.length - 1));
  useEffect(() => {
    rows.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [chosen, typed]);
  const hear = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step) setAt(Math.max(0, Math.min(found.length - 1, chosen + step)));
    else if (event.key === "Enter" && found[chosen]) onPick(found[chosen].appId);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Choose a module" onClose={onClose} className="settings-picker">
      <input
        autoFocus
        type="search"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found[chosen] && `${list}-${chosen}`}
        aria-label="Find a module"
        placeholder="What should it do? Such as: request, pdf, mail, loop …"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={hear}
      />
      {modules.error && <ErrorNotice error={modules.error} retry={() => void modules.refetch()} />}
      {modules.isPending && <p className="quiet">Loading the catalogue …</p>}
      {modules.data && found.length === 0 && <p className="quiet">No module is called so or does that. Try one word of what it should do.</p>}
      <ul ref={rows} id={list} role="listbox" aria-label="Modules">
        {found.map((each, place) => (
          <Row key={each.appId} id={`${list}-${place}`} module={each} isChosen={place === chosen} onPick={onPick} onPoint={() => setAt(place)} />
        ))}
      </ul>
      <p className="quiet settings-picker-end" aria-live="polite">
        {found.length} of {modules.data?.data.length ?? 0} modules · ↑ ↓ to move, Enter to choose
      </p>
    </Dialog>
  );
}

interface RowProps {
  id: string;
  module: ModuleRow;
  isChosen: boolean;
  onPick: (appId: string) => void;
  onPoint: () => void;
}

function Row({ id, module, isChosen, onPick, onPoint }: RowProps) {
  return (
    <li id={id} role="option" aria-selected={isChosen} onClick={() => onPick(module.appId)} onPointerMove={() => !isChosen && onPoint()}>
      <span className="settings-picker-name">
        <strong>{module.title}</strong> <code>{module.appId}</code>
      </span>
      <span className="settings-picker-facts">
        {module.group} · {EFFECTS[module.effect ?? "depends"]}
      </span>
      <span className="settings-picker-help">{coded(sentenceOf(module.help))}</span>
    </li>
  );
}
