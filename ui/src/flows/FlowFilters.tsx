// What narrows the list of flows: words that stand inside them, a group, a category.
import { useEffect, useState, type RefObject } from "react";
import type { Change } from "../shell/url";
import { useCategories, type Wanted } from "./useFlows";

interface Props {
  searchRef: RefObject<HTMLInputElement | null>;
  wanted: Wanted;
  change: (change: Change, how?: { push?: boolean }) => void;
  groups: readonly { id: string; name: string; flows: number }[];
  total: number | undefined;
}

export function FlowFilters({ searchRef, wanted, change, groups, total }: Props) {
  const categories = useCategories();
  const [typed, setTyped] = useState(wanted.text);
  // Back and Forward change the address behind the field.
  useEffect(() => {
    if (document.activeElement !== searchRef.current) setTyped(wanted.text);
  }, [wanted.text, searchRef]);
  const first = { page: null, at: null };
  const shown = categories.data?.data ?? [];
  return (
    <div className="filters" role="search" aria-label="Flows">
      <input
        ref={searchRef}
        type="search"
        aria-label="Search inside flows"
        placeholder="Name, flowlet, module, any text inside …"
        maxLength={200}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          change({ text: event.target.value.trim(), ...first });
        }}
      />
      {groups.length > 0 && (
        <select aria-label="Group" value={wanted.group} onChange={(event) => change({ group: event.target.value, ...first }, { push: true })}>
          <option value="">All groups</option>
          {groups.map((group) => (
            <option key={group.id} value={group.name}>
              {group.name} ({group.flows})
            </option>
          ))}
        </select>
      )}
      {shown.length > 0 && (
        <select aria-label="Category" value={wanted.category} onChange={(event) => change({ category: event.target.value, ...first }, { push: true })}>
          <option value="">All categories</option>
          {shown.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name} ({each.flows})
            </option>
          ))}
        </select>
      )}
      {total !== undefined && (
        <span className="quiet" role="status">
          {total === 1 ? "1 flow" : `${total} flows`}
        </span>
      )}
    </div>
  );
}
