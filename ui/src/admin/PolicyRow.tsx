// One policy as fields, or as what the settings say; and the way to a new one.
import { useState } from "react";
import type { Policy } from "../api/types";
import { Field } from "../desk/Form";
import { SCOPES, spelled, WORDS, type Draft, type Scope } from "./retention";
import type { useNames } from "./useNames";

interface Props {
  draft: Draft;
  /** The policy as it is stored, or as the settings have it. */
  was: Policy | undefined;
  /** Its place among the company's own. */
  place: number;
  error: Error | null;
  onChange?: (draft: Draft) => void;
  onRemove?: () => void;
  onOverrule?: () => void;
}

export function PolicyRow({ draft, was, place, error, onChange, onRemove, onOverrule }: Props) {
  const at = `policies[${place}]`;
  const input = (field: "cadence" | "minEntries" | "enforcedMinimum", label: string, path: string) => (
    <Field label={label} path={`${at}.${path}`} error={error}>
      <input
        value={draft[field]}
        inputMode={field === "minEntries" ? "numeric" : undefined}
        spellCheck={false}
        onChange={(event) => onChange!({ ...draft, [field]: event.target.value })}
      />
    </Field>
  );
  return (
    <li>
      <div className="desk-what">
        <strong>{WORDS[draft.scope]}</strong>
        {draft.name && <span>{draft.name}</span>}
        {was?.isGone && <span className="desk-chip desk-chip-late">it is gone</span>}
        {!onChange && <span className="desk-chip">from the settings</span>}
        {was && (onChange || was.keptFor !== was.cadence) && (
          <span className="quiet">
            {onChange ? "as stored, " : ""}kept for {spelled(was.keptFor)}
            {was.keptFor !== was.cadence && `, not ${spelled(was.cadence)}: the enforced minimum is ${spelled(was.enforcedMinimum)}`}
          </span>
        )}
      </div>
      {onChange ? (
        <div className="admin-policy">
          {input("cadence", "Older than", "cadence")}
          {input("minEntries", draft.scope === "audit" ? "Newest kept" : "Newest kept, per flow", "minEntries")}
          {input("enforcedMinimum", "Never younger than", "enforcedMinimum")}
        </div>
      ) : (
        <div className="desk-facts">
          <span>
            {draft.scope === "audit" ? "entries" : "plays"} older than {spelled(draft.cadence)} go, the newest {draft.minEntries} {draft.scope === "audit" ? "" : "of each flow "}stay
          </span>
          <span className="quiet">
            {/^0/.test(draft.enforcedMinimum) ? "no enforced minimum" : `nothing younger than ${spelled(draft.enforcedMinimum)} goes, whatever a policy says`}
          </span>
        </div>
      )}
      <div className="desk-acts">
        {onRemove && (
          <button type="button" onClick={onRemove}>
            Remove
          </button>
        )}
        {onOverrule && (
          <button type="button" onClick={onOverrule}>
            Set your own
          </button>
        )}
      </div>
    </li>
  );
}

interface NewProps {
  names: ReturnType<typeof useNames>;
  taken: readonly Draft[];
  onAdd: (draft: Draft) => void;
}

/** A policy for a flow or a group; the other scopes stand in the list already. */
export function NewPolicy({ names, taken, onAdd }: NewProps) {
  const [scope, setScope] = useState<Scope>("flow");
  const [of, setOf] = useState("");
  const choices = (scope === "flow" ? names.flows : names.groups).filter((each) => !taken.some((draft) => draft.scope === scope && draft.of === each.id));
  const add = () => {
    const name = choices.find((each) => each.id === of)?.name ?? of;
    onAdd({ scope, of, name, cadence: "30d", minEntries: "10", enforcedMinimum: "" });
    setOf("");
  };
  return (
    <div className="admin-inline">
      <label>
        A policy for{" "}
        <select
          value={scope}
          onChange={(event) => {
            setScope(event.target.value as Scope);
            setOf("");
          }}
        >
          {SCOPES.slice(0, 2).map((each) => (
            <option key={each} value={each}>
              {WORDS[each]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="unseen">{scope === "flow" ? "Flow" : "Group"}</span>
        <select aria-label={scope === "flow" ? "Flow" : "Group"} value={of} onChange={(event) => setOf(event.target.value)}>
          <option value="">choose …</option>
          {choices.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      <button type="button" disabled={!of} onClick={add}>
        Add a policy
      </button>
    </div>
  );
}
