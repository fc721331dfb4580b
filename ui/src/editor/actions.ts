// Everything that can be done to the chosen flowlet, for keys, buttons and menus alike.
import { addAfter, addParallel, duplicate, find, freeRef, remove, toggleDisabled } from "./model/changes";
import { rowsOf } from "./model/order";
import { moveStage, moveWithin } from "./model/stages";
import type { Flowlet } from "./model/types";
import type { Editing } from "./useEditing";

export type Where = "after" | "parallel" | "inside";

/** What stands over the editor and waits for an answer. */
export type Asked =
  | { what: "pick"; where: Where; at: string | null }
  | { what: "rename"; ref: string; wish: string }
  | { what: "uses"; ref: string }
  | { what: "waits"; ref: string }
  | { what: "publish" };

export interface Actions {
  add: (where: Where, at?: string | null) => void;
  made: (appId: string, where: Where, at: string | null) => void;
  remove: () => void;
  duplicate: () => void;
  toggle: () => void;
  stage: (step: 1 | -1) => void;
  within: (step: 1 | -1) => void;
  ask: (asked: Asked) => void;
  /** Told to who hears the page; with `isSeen` to everybody, for what did not come about. */
  say: (said: string, isSeen?: boolean) => void;
}

export function actionsOf(editing: Editing, ask: (asked: Asked) => void, say: Actions["say"]): Actions {
  const { text, chosen, change, mayChange } = editing;
  const ref = chosen?.ref ?? null;
  /** Only with a flowlet that is chosen, and only for those who may. */
  const withChosen = (act: (flowlet: Flowlet) => void) => () => {
    if (chosen && mayChange) act(chosen);
  };
  const move = (step: 1 | -1, way: typeof moveStage) =>
    withChosen((flowlet) => {
      const next = way(text, flowlet.ref, step);
      say(next === text ? `${flowlet.ref} cannot move any further.` : `${flowlet.ref} moved.`, next === text);
      change(next);
    })();
  return {
    add: (where, at = ref) => mayChange && ask({ what: "pick", where, at }),
    made: (appId, where, at) => {
      const made: Flowlet = { ref: freeRef(text, appId), appId, args: {} };
      const next = where === "inside" && at !== null ? inside(text, at, made) : (where === "parallel" ? addParallel : addAfter)(text, at, made);
      change(next, { at: made.ref });
      say(`${made.ref} added${at ? ` ${where} ${at}` : ""}.`);
    },
    remove: withChosen((flowlet) => {
      change(remove(text, [flowlet.ref]), { at: besides(editing, flowlet.ref) });
      say(`${flowlet.ref} removed.`);
    }),
    duplicate: withChosen((flowlet) => {
      const made = duplicate(text, flowlet.ref);
      change(made.text, { at: made.ref });
      say(`${made.ref} is a copy of ${flowlet.ref}.`);
    }),
    toggle: withChosen((flowlet) => {
      change(toggleDisabled(text, flowlet.ref));
      say(`${flowlet.ref} is ${flowlet.disabled ? "enabled" : "disabled"}.`);
    }),
    stage: (step) => move(step, moveStage),
    within: (step) => move(step, moveWithin),
    ask,
    say,
  };
}

/** Behind the last one inside a loop, or as its first. */
function inside(text: Editing["text"], loop: string, made: Flowlet) {
  const last = text.flowlets.findLast((each) => each.inside === loop);
  if (last) return addAfter(text, last.ref, made);
  const place = text.flowlets.indexOf(find(text, loop)!);
  return { ...text, flowlets: text.flowlets.toSpliced(place + 1, 0, { ...made, inside: loop }) };
}

/** What is chosen once a flowlet is gone: the one before it, else the one after it. */
function besides(editing: Editing, ref: string): string | null {
  const rows = rowsOf(editing.text.flowlets);
  const place = rows.findIndex((row) => row.flowlet.ref === ref);
  return (rows[place - 1] ?? rows[place + 1])?.flowlet.ref ?? null;
}
