// Up from a play leads to the list as it was left: its filters, and the row of that play.
import { changedParams } from "../shell/url";

let left = new URLSearchParams();

/** The list stands so. */
export function remember(params: URLSearchParams): void {
  left = params;
}

/** The address of the list as it stood last, at a play; without filters when this page never showed it. */
export function listAt(id: string): string {
  return `/plays?${changedParams(left, { at: id })}`;
}
