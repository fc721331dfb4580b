// Whether the server answers, and how this page hears of what happens: the badge in the corner says so.
import { useSyncExternalStore } from "react";

/** `live` is for a page with an open WebSocket; without one it asks again and again, `polling`. */
export type Connection = "live" | "polling" | "offline";

let connection: Connection = "polling";
const watchers = new Set<() => void>();

/** The last request was answered, or it was not. */
export function heard(answered: boolean): void {
  const now: Connection = answered ? (connection === "live" ? "live" : "polling") : "offline";
  if (now === connection) return;
  connection = now;
  for (const watcher of watchers) watcher();
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => connection,
  );
}
