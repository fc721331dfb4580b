// Tokens that were made on this page: the server shows each once, so they live here until the page is loaded again.
import { useSyncExternalStore } from "react";

const known = new Map<string, string>();
const watchers = new Set<() => void>();

export function keepToken(channelId: string, token: string | null): void {
  if (token) known.set(channelId, token);
  else known.delete(channelId);
  for (const watcher of watchers) watcher();
}

/** The token of a channel, as far as this page knows it. */
export function useToken(channelId: string): string | null {
  return useSyncExternalStore(watch, () => known.get(channelId) ?? null);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}
