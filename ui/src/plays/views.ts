// Filters that somebody gave a name, kept in this browser.
import { changedParams } from "../shell/url";

export interface View {
  name: string;
  /** The filters as the address says them. */
  query: string;
}

const KEPT = "flow8.plays.views";
const FILTERS = ["state", "flow", "trigger", "text", "last", "from", "to"];
const MOST = 30;

/** Only the filters of an address: what is chosen in the list is no part of a view. */
export function filtersIn(params: URLSearchParams): string {
  const others = [...params.keys()].filter((name) => !FILTERS.includes(name));
  return changedParams(params, Object.fromEntries(others.map((name) => [name, null]))).toString();
}

export function readViews(): View[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(found) ? (found as View[]).filter((each) => typeof each?.name === "string" && typeof each.query === "string") : [];
  } catch {
    return [];
  }
}

/** The views with one more; one of the same name gives way to it. */
export function withView(views: readonly View[], view: View): View[] {
  return [...views.filter((each) => each.name !== view.name), view].slice(-MOST);
}

export function keepViews(views: readonly View[]): void {
  localStorage.setItem(KEPT, JSON.stringify(views));
}
