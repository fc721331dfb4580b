// Small pieces that every screen is made of.
import { useEffect, useRef, useState, type ReactNode } from "react";
import { ApiError } from "../api/client";
import { look } from "./states";
import { ago, exact } from "./times";

/** A state as sign, word and colour; `brief` leaves the word to screen readers and the pointer. */
export function State({ state, brief = false }: { state: string | null; brief?: boolean }) {
  const { sign, word, colour } = look(state);
  return (
    <span className={`state ${colour}`} title={brief ? word : undefined}>
      <span aria-hidden="true">{sign}</span>
      <span className={brief ? "unseen" : ""}>{word}</span>
    </span>
  );
}

/** A moment: how long ago, and exactly when on hover. */
export function Moment({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={exact(at)}>
      {ago(at, now)}
    </time>
  );
}

let clock = Date.now();
const watchers = new Set<(now: number) => void>();
const TICK_MS = 1000;

setInterval(() => {
  if (document.visibilityState !== "visible") return;
  clock = Date.now();
  for (const watcher of watchers) watcher(clock);
}, TICK_MS);

/** The time, once a second: one clock for the whole page. */
export function useNow(): number {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    watchers.add(setNow);
    return () => void watchers.delete(setNow);
  }, []);
  return now;
}

/** Does one thing at a time: a second click, or a key beside it, before the first is answered counts for nothing. */
export function useOneAtATime(): (deed: () => Promise<unknown>) => Promise<void> {
  const isBusy = useRef(false);
  return async (deed) => {
    if (isBusy.current) return;
    isBusy.current = true;
    try {
      await deed();
    } finally {
      isBusy.current = false;
    }
  };
}

/** What failed, under which request id, and a way to try again. Never an empty page. */
export function ErrorNotice({ error, retry }: { error: Error; retry?: () => void }) {
  const told = error instanceof ApiError ? error : null;
  return (
    <div className="notice bad" role="alert">
      <p>{error.message}</p>
      {told && told.details.length > 0 && (
        <ul>
          {told.details.map((each) => (
            <li key={each.path + each.message}>
              {each.path && <code>{each.path}</code>} {each.message}
            </li>
          ))}
        </ul>
      )}
      {told?.requestId && (
        <p className="quiet">
          Request <code>{told.requestId}</code>
        </p>
      )}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Says something for a moment where everybody sees and hears it. */
export function Copy({ text, children }: { text: string | (() => Promise<string>); children: ReactNode }) {
  const [said, setSaid] = useState<string | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
      setSaid("Copied");
    } catch {
      setSaid("Not copied");
    }
    setTimeout(() => setSaid(null), 1500);
  };
  return (
    <button type="button" className="plain" onClick={() => void copy()}>
      <span aria-live="polite">{said ?? children}</span>
    </button>
  );
}
