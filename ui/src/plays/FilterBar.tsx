// Which plays to list: by words, state, flow, trigger and time. Everything chosen stands in the address.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { everyFlow } from "../api/flows";
import { PLAY_STATES, look } from "../parts/states";
import { LASTS, TRIGGERS, chips, type Filters } from "./filters";

interface Props {
  filters: Filters;
  change: (changed: Partial<Filters>) => void;
  search: RefObject<HTMLInputElement | null>;
  /** What else stands in the first line. */
  children: ReactNode;
}

const TYPING_MS = 300;

export function FilterBar({ filters, change, search, children }: Props) {
  const flows = useQuery({ queryKey: ["flows", "all"], queryFn: ({ signal }) => everyFlow(signal), staleTime: 60_000 });
  const [typed, setTyped] = useState(filters.text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setTyped(filters.text), [filters.text]);
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => change({ text: text.trim() }), TYPING_MS);
  };
  const toggle = (state: string) => {
    const others = filters.states.filter((each) => each !== state);
    change({ states: others.length === filters.states.length ? [...others, state] : others });
  };
  const known = flows.data ?? [];
  return (
    <div className="filters" role="search" aria-label="Plays">
      <input
        ref={search}
        type="search"
        aria-label="Words of titles and errors, or a play's id"
        placeholder="Words of titles, errors, or an id …"
        value={typed}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
      <select aria-label="Flow" value={filters.flow} onChange={(event) => change({ flow: event.target.value })}>
        <option value="">any flow</option>
        {filters.flow && !known.some((flow) => flow.permanentId === filters.flow) && <option value={filters.flow}>{filters.flow}</option>}
        {known.map((flow) => (
          <option key={flow.id} value={flow.permanentId}>
            {flow.name}
          </option>
        ))}
      </select>
      <select aria-label="Trigger" value={filters.trigger} onChange={(event) => change({ trigger: event.target.value })}>
        <option value="">any trigger</option>
        {TRIGGERS.map((trigger) => (
          <option key={trigger}>{trigger}</option>
        ))}
      </select>
      <select
        aria-label="Time"
        value={filters.from || filters.to ? "span" : filters.last}
        onChange={(event) => change({ last: event.target.value, from: "", to: "" })}
      >
        <option value="">any time</option>
        {(filters.from || filters.to) && <option value="span">a span of time</option>}
        {Object.entries(LASTS).map(([name, { words }]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
      {chips(filters).length > 0 && (
        <button
          type="button"
          className="plain"
          onClick={() => change({ states: [], flow: "", trigger: "", text: "", last: "", from: "", to: "" })}
        >
          Clear
        </button>
      )}
      <span className="filters-end">{children}</span>
      <div className="chips" role="group" aria-label="State">
        {PLAY_STATES.map((state) => (
          <button key={state} type="button" aria-pressed={filters.states.includes(state)} onClick={() => toggle(state)}>
            <span aria-hidden="true">{look(state).sign}</span> {look(state).word}
          </button>
        ))}
      </div>
    </div>
  );
}
