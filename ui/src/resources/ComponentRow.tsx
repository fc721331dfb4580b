// One component: does it work, who uses it, which secrets it has; and what can be done with it.
import type { Component } from "../api/types";
import { Moment } from "../parts/parts";
import { Uses } from "./Uses";

export interface Trial {
  state: "busy" | "ok" | "failed";
  message?: string;
  seconds?: number;
  at?: string;
}

interface Props {
  component: Component;
  isHere: boolean;
  flows: readonly string[] | undefined;
  trial: Trial | undefined;
  mayChange: boolean;
  onTest: () => void;
  begin: (doing: string, id: string) => void;
}

export function ComponentRow({ component, isHere, flows, trial, mayChange, onTest, begin }: Props) {
  const secrets = Object.entries(component.secrets);
  return (
    <li className={isHere ? "desk-here" : undefined} aria-current={isHere || undefined}>
      <div className="desk-what">
        <strong>{component.name}</strong>
        <span className="desk-chip">{component.provider}</span>
        {component.isDefault && <span className="desk-chip desk-chip-on">default</span>}
      </div>
      <div className="desk-facts">
        <Uses flows={flows} />
        {secrets.length > 0 && (
          <span className="quiet">{secrets.map(([name, isSet]) => `${name}: ${isSet ? "set, never shown" : "not set"}`).join(" · ")}</span>
        )}
        <span className="quiet">
          changed <Moment at={component.updatedAt} /> by {component.updatedBy}
        </span>
        {trial && <Outcome trial={trial} />}
      </div>
      {mayChange && (
        <div className="desk-acts">
          <button type="button" disabled={trial?.state === "busy"} onClick={onTest}>
            Test
          </button>
          {secrets.length > 0 && (
            <button type="button" onClick={() => begin("rotate", component.id)}>
              Rotate
            </button>
          )}
          <button type="button" onClick={() => begin("edit", component.id)}>
            Change
          </button>
          <button type="button" onClick={() => begin("remove", component.id)}>
            Remove
          </button>
        </div>
      )}
    </li>
  );
}

export function Outcome({ trial }: { trial: Trial }) {
  if (trial.state === "busy") return <span role="status">It is tested, for ten seconds at most …</span>;
  return (
    <span role="status" className={`state desk-outcome ${trial.state === "ok" ? "good" : "bad"}`}>
      <span aria-hidden="true">{trial.state === "ok" ? "✓" : "✕"}</span>
      <span>
        {trial.state === "ok" ? "It works" : "It does not work"}
        {trial.at && (
          <>
            , tested <Moment at={trial.at} />
          </>
        )}
        {trial.seconds !== undefined && ` in ${trial.seconds.toFixed(2)} s`}. {trial.message}
      </span>
    </span>
  );
}
