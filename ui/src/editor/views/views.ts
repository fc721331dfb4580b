// What the three views have in common.
import type { RefObject } from "react";
import type { Testing } from "../../settings/types";
import type { Actions } from "../actions";
import type { Way } from "../model/places";
import type { Editing } from "../useEditing";

export const VIEWS = ["canvas", "outline", "code"] as const;
export type View = (typeof VIEWS)[number];

export const MOST_DRAWN_UNASKED = 500;
const NARROW = "(max-width: 700px)";

/** What keys ask of the view that is shown. */
export interface Viewed {
  go: (way: Way) => void;
  fit: () => void;
  /** Put the focus on what is chosen. */
  focus: () => void;
  /** Take over what was typed last, at once; whether it could be read. */
  settle?: () => boolean;
}

export interface ViewProps {
  editing: Editing;
  actions: Actions;
  testing: Testing;
  handle: RefObject<Viewed | null>;
  open: () => void;
}

/** The view of the address; without one, a list where a picture would be too small or too large. */
export function viewOf(said: string | null, count: number): View {
  const found = VIEWS.find((each) => each === said);
  return found ?? (count > MOST_DRAWN_UNASKED || matchMedia(NARROW).matches ? "outline" : "canvas");
}
