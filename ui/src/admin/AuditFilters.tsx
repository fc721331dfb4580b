// The filters of the audit; each goes into the address when it is left or Enter is pressed.
import { useEffect, useRef, useState } from "react";
import { useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";
import { FIELDS, type Field } from "./audit";

const LABELS: Record<Field, string> = { actor: "Who", action: "Did what", subject: "To what", from: "From", to: "Until" };

export function AuditFilters({ actions }: { actions: readonly string[] }) {
  const [params, change] = useUrl();
  const first = useRef<HTMLInputElement>(null);
  useKeys("Filters", [{ keys: "/", label: "Filter the audit", run: () => first.current?.focus() }]);
  const set = (field: Field, value: string) => {
    if (value.trim() !== (params.get(field) ?? "")) change({ [field]: value.trim(), at: null, open: null }, { push: true });
  };
  return (
    <div className="admin-filters" role="search" aria-label="Audit">
      {FIELDS.map((field, n) => (
        <label key={field}>
          <span className="quiet">{LABELS[field]}</span>
          <Input field={field} value={params.get(field) ?? ""} onSet={set} inner={n === 0 ? first : undefined} />
        </label>
      ))}
      <datalist id="audit-actions">
        {actions.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      {FIELDS.some((field) => params.get(field)) && (
        <button type="button" onClick={() => change({ ...Object.fromEntries(FIELDS.map((field) => [field, null])), at: null, open: null }, { push: true })}>
          All entries
        </button>
      )}
    </div>
  );
}

interface InputProps {
  field: Field;
  value: string;
  onSet: (field: Field, value: string) => void;
  inner: React.RefObject<HTMLInputElement | null> | undefined;
}

function Input({ field, value, onSet, inner }: InputProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const isDay = field === "from" || field === "to";
  return (
    <input
      ref={inner}
      type={isDay ? "date" : "search"}
      list={field === "action" ? "audit-actions" : undefined}
      placeholder={field === "action" ? "links.change" : undefined}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
        if (isDay || event.target.value === "") onSet(field, event.target.value);
      }}
      onBlur={() => onSet(field, typed)}
      onKeyDown={(event) => event.key === "Enter" && onSet(field, typed)}
    />
  );
}
