// Whether the server answers, and how this page hears of what happens: the badge in the corner says so.
import { useSyncExternalStore } from "react";

/** `live` is for a page with an open WebSocket; without one it asks again and again, `polling`. */
export type Connection = "live" | "polling" | "offline";

let connection: Connection = "polling";
let isOpen = false;
const watchers = new Set<() => void>();

/** The last request was answered, or there was nobody who could. */
export function heard(answered: boolean): void {
  become(answered ? (isOpen ? "live" : "polling") : "offline");
}

/** The socket was opened, or it is gone. */
export function socketIsOpen(open: boolean): void {
  isOpen = open;
  if (open || connection === "live") become(open ? "live" : "polling");
}

/** Whether the page hears of what happens at once. */
export function isLive(): boolean {
  return connection === "live";
}

function become(now: Connection): void {
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
