// A copy of unsaved work in this browser: what a killed tab or a dead server leaves behind.
import type { FlowText } from "../model/types";

export interface Copy {
  text: FlowText;
  /** The text of the server that the work began with, if there was room for it. */
  base: FlowText | null;
  etag: string;
  at: number;
  /** What stood in the Code view, where it could not be read. */
  unread: string | null;
}

const START = "flow8.draft";
const TAB = "flow8.tab";

/** A tab has its own copies, so that two of them never write over each other. */
function tab(): string {
  let id = sessionStorage.getItem(TAB);
  if (!id) {
    id = Math.random().toString(36).slice(2);
    sessionStorage.setItem(TAB, id);
  }
  return id;
}

/** Say, as long as the page is there, that its copies are in good hands. */
export function claim(): void {
  void navigator.locks?.request(`${TAB}.${tab()}`, () => new Promise(() => undefined));
}

const start = (company: string, flow: string) => `${START}:${company}:${flow}:`;

export function keep(company: string, flow: string, copy: Copy): void {
  const key = start(company, flow) + tab();
  try {
    localStorage.setItem(key, JSON.stringify(copy));
  } catch {
    keepWithoutBase(key, copy);
  }
}

function keepWithoutBase(key: string, copy: Copy): void {
  try {
    localStorage.setItem(key, JSON.stringify({ ...copy, base: null }));
  } catch {
    // The browser has no room; the server's draft is then all there is, and the header says when it was saved.
    localStorage.removeItem(key);
  }
}

export function forget(company: string, flow: string): void {
  localStorage.removeItem(start(company, flow) + tab());
}

/** The newest copy that no open tab looks after; it is taken over by this one. */
export async function found(company: string, flow: string): Promise<Copy | null> {
  const held = new Set(((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name));
  const begin = start(company, flow);
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(begin));
  const orphans = keys.filter((key) => key === begin + tab() || !held.has(`${TAB}.${key.slice(begin.length)}`));
  const copies = orphans.flatMap((key) => read(localStorage.getItem(key)) ?? []);
  for (const key of orphans) localStorage.removeItem(key);
  return copies.sort((a, b) => b.at - a.at)[0] ?? null;
}

function read(source: string | null): Copy | null {
  try {
    const copy = JSON.parse(source ?? "") as Copy;
    return Array.isArray(copy.text.flowlets) ? copy : null;
  } catch {
    return null;
  }
}
