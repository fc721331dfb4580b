// What was done to the flow, so that it can be undone: one history for every view, with the selection.
import type { FlowText } from "./types";

export interface Moment {
  text: FlowText;
  chosen: string | null;
}

export interface History {
  past: readonly Moment[];
  now: Moment;
  future: readonly Moment[];
  /** What the last change was, and when: changes of one kind that follow at once are one step. */
  last: { kind: string; at: number } | null;
}

const MOST = 300;
const TOGETHER_MS = 900;

export function begin(text: FlowText, chosen: string | null): History {
  return { past: [], now: { text, chosen }, future: [], last: null };
}

/** A change; `kind` names changes that belong together, such as typing in one field. */
export function changed(history: History, now: Moment, kind = "", at = Date.now()): History {
  if (now.text === history.now.text) return { ...history, now };
  const isSame = kind !== "" && history.last?.kind === kind && at - history.last.at < TOGETHER_MS;
  const past = isSame ? history.past : [...history.past, history.now].slice(-MOST);
  return { past, now, future: [], last: { kind, at } };
}

/** Another flowlet is looked at; that alone is nothing to undo. */
export function chose(history: History, chosen: string | null): History {
  return history.now.chosen === chosen ? history : { ...history, now: { ...history.now, chosen } };
}

export function undone(history: History): History {
  const before = history.past.at(-1);
  if (!before) return history;
  return { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future], last: null };
}

export function redone(history: History): History {
  const [next, ...future] = history.future;
  if (!next) return history;
  return { past: [...history.past, history.now], now: next, future, last: null };
}
