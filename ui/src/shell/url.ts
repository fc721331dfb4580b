// What somebody looks at stands in the address: filters, selection, tabs. Back, reload and a pasted link keep it.
import { useCallback } from "react";
import { useSearchParams } from "wouter";

export type Change = Record<string, string | null>;

/** The query of the address, and a way to change some of it. A filter makes a step of history, a selection none. */
export function useUrl(): [URLSearchParams, (change: Change, how?: { push?: boolean }) => void] {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (changed: Change, how: { push?: boolean } = {}) =>
      setParams((before) => changedParams(before, changed), { replace: !how.push }),
    [setParams],
  );
  return [params, change];
}

/** The same query with some of it changed; null and the empty text take a parameter out. */
export function changedParams(before: URLSearchParams, changed: Change): URLSearchParams {
  const after = new URLSearchParams(before);
  for (const [name, value] of Object.entries(changed)) {
    if (value === null || value === "") after.delete(name);
    else after.set(name, value);
  }
  return after;
}
