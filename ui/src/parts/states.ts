// The states of plays and layers as people see them: a sign, a word and a colour, always all three.

export interface Look {
  sign: string;
  word: string;
  colour: "quiet" | "busy" | "late" | "good" | "bad";
}

const LOOKS: Record<string, Look> = {
  NEW: { sign: "○", word: "New", colour: "quiet" },
  RUN: { sign: "▸", word: "Running", colour: "busy" },
  WAIT: { sign: "◔", word: "Waiting", colour: "late" },
  DEFERRED: { sign: "◷", word: "Deferred", colour: "late" },
  ON_HOLD: { sign: "‖", word: "On hold", colour: "late" },
  DONE: { sign: "✓", word: "Done", colour: "good" },
  FAIL: { sign: "✕", word: "Failed", colour: "bad" },
  SKIP: { sign: "↷", word: "Skipped", colour: "quiet" },
  FILTERED: { sign: "⊘", word: "Filtered", colour: "quiet" },
  CANCELLED: { sign: "■", word: "Cancelled", colour: "quiet" },
};
const UNKNOWN: Look = { sign: "?", word: "Unknown", colour: "quiet" };
const OVER = new Set(["DONE", "FAIL", "SKIP", "FILTERED", "CANCELLED"]);

/** The states of a play in the order in which filters offer them. */
export const PLAY_STATES = ["FAIL", "RUN", "WAIT", "DONE", "NEW", "DEFERRED", "ON_HOLD", "SKIP", "FILTERED", "CANCELLED"] as const;

export function look(state: string | null): Look {
  return (state && LOOKS[state]) || UNKNOWN;
}

export function isOver(state: string | null): boolean {
  return state !== null && OVER.has(state);
}
