// The session of the page: whether it has run out, and who waits for it to begin again.
import { useSyncExternalStore } from "react";

let waiting: (() => void)[] = [];
const watchers = new Set<() => void>();

/** Resolves once somebody has signed in again; the page asks them to. */
export function signedIn(): Promise<void> {
  return new Promise((resolve) => {
    waiting = [...waiting, resolve];
    tell();
  });
}

/** Somebody has: all that waited goes on. */
export function resume(): void {
  const those = waiting;
  waiting = [];
  tell();
  for (const each of those) each();
}

/** Whether the session has run out. */
export function useHasRunOut(): boolean {
  return useSyncExternalStore(watch, () => waiting.length > 0);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function tell(): void {
  for (const watcher of watchers) watcher();
}
