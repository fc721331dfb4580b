// The head of a flowlet's settings: what it is, its name and ref, what is wrong, and help on demand.
import { useState } from "react";
import { coded } from "../forms/Help";
import type { PanelProps } from "./FlowletPanel";
import { EFFECTS } from "./effects";
import type { ModuleShape } from "./useModule";
import { without } from "./When";

interface Props extends PanelProps {
  module: ModuleShape | null;
  path: string;
  onJump: (path: string) => void;
  onFill: () => void;
}

export function PanelHead({ chosen, module, problems, path, onChange, onRename, onJump, onFill, mayChange }: Props) {
  const [ref, setRef] = useState(chosen.ref);
  return (
    <header className="settings-head">
      <h2>
        {chosen.name || chosen.ref} <span className="quiet">{module?.title ?? chosen.appId}</span>
      </h2>
      {module && (
        <details className="settings-about">
          <summary>
            <code>{module.appId}</code> · {EFFECTS[module.effect ?? "depends"]}
          </summary>
          <p className="settings-help">{coded(module.help || "It has no further help.")}</p>
        </details>
      )}
      <fieldset className="settings-names" disabled={!mayChange}>
        <label>
          <span>Name</span>
          <input value={chosen.name ?? ""} placeholder={chosen.ref} onChange={(event) => onChange(without(chosen, "name", event.target.value || undefined))} />
        </label>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (ref !== chosen.ref) onRename(ref);
          }}
        >
          <label data-path={`${path}.ref`}>
            <span>Ref</span>
            <input value={ref} spellCheck={false} onChange={(event) => setRef(event.target.value)} />
          </label>
          <button type="submit" disabled={ref === chosen.ref || !ref}>
            Rename
          </button>
        </form>
        <button type="button" onClick={onFill}>
          Fill from upstream
        </button>
      </fieldset>
      {problems.length > 0 && (
        <details className="settings-problems notice bad">
          <summary>{problems.length === 1 ? "1 problem" : `${problems.length} problems`}</summary>
          <ul>
            {problems.map((each) => (
              <li key={each.path + each.message}>
                <button type="button" className="plain" onClick={() => onJump(each.path)}>
                  {each.path.slice(path.length + 1) || "the flowlet"}
                </button>{" "}
                {each.message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </header>
  );
}
