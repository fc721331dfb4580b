// What an approval is about, in a few lines: the plain values of its input, and for how long it has waited.
import type { PlayRow } from "../api/types";
import { duration } from "../parts/times";

const MOST = 8;
const LONGEST = 160;

export interface Fact {
  name: string;
  value: string;
}

/** The plain values of an input, those of `values` as if they stood at the top; `more` says that there are others. */
export function factsOf(input: unknown): { facts: Fact[]; more: boolean } {
  const found = flat(input);
  const facts = found.slice(0, MOST).map(([name, value]) => ({ name, value: value.length > LONGEST ? `${value.slice(0, LONGEST)} …` : value }));
  const isAll = found.length <= MOST && found.every(([, value]) => value.length <= LONGEST) && depthOf(input) <= 2;
  return { facts, more: !isAll };
}

function flat(input: unknown): [string, string][] {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return [];
  return Object.entries(input).flatMap(([name, value]): [string, string][] => {
    if (name === "values" && typeof value === "object" && value !== null && !Array.isArray(value)) return flat(value);
    if (value === null || value === "" || typeof value === "object") return [];
    return [[name, String(value)]];
  });
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** `49 s`, `2 h 10 min`: in whole minutes once it is longer than one. */
export function waited(since: string, now: number): string {
  const age = Math.max(0, now - Date.parse(since));
  if (age < 60_000) return `${Math.floor(age / 1000)} s`;
  return duration(Math.floor(age / 60_000) * 60_000);
}

export function titleOf(play: Pick<PlayRow, "title" | "flow">): string {
  return play.title ?? play.flow;
}
