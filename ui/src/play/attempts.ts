// The attempts of each step, each from when to when, as the play's history tells them.
import type { PlayEvent } from "../api/types";

export interface Attempt {
  from: number;
  /** null while it goes on. */
  to: number | null;
  /** It was given up, to be tried again later. */
  isRetried: boolean;
}

/** By layer. A layer that was tried once has one attempt. */
export function attemptsOf(events: readonly PlayEvent[]): Map<string, Attempt[]> {
  const found = new Map<string, Attempt[]>();
  for (const event of events) {
    if (event.layerId === null) continue;
    const attempts = found.get(event.layerId) ?? [];
    const open = attempts.at(-1);
    const at = Date.parse(event.timestamp);
    if (event.type === "play:layer:started") attempts.push({ from: at, to: null, isRetried: false });
    else if (open && open.to === null) Object.assign(open, { to: at, isRetried: event.state === "DEFERRED" });
    found.set(event.layerId, attempts);
  }
  return found;
}
