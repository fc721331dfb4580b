// How a comparison marks flowlets: a sign, a word and a colour for each.

export type Mark = "added" | "removed" | "changed" | "moved";

export const MARKS: Record<Mark, { sign: string; word: string; colour: string }> = {
  added: { sign: "+", word: "new", colour: "good" },
  removed: { sign: "−", word: "gone", colour: "bad" },
  changed: { sign: "~", word: "changed", colour: "late" },
  moved: { sign: "↔", word: "moved", colour: "busy" },
};
