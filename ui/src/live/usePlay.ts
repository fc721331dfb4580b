// One play, kept up to date while it goes on: its events are asked for behind the last one that was seen.
import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import { get } from "../api/client";
import type { Play, PlayEvent } from "../api/types";
import { isOver } from "../parts/states";
import { applied } from "./reducer";

const POLL_MS = 1000;
const EVENTS_AT_ONCE = 1000;

/** Without an id there is no play to keep. */
export function usePlay(id: string, isFrozen = false): UseQueryResult<Play, Error> {
  const client = useQueryClient();
  const key = ["play", id];
  const query = useQuery({ queryKey: key, queryFn: ({ signal }) => get("/plays/{play_id}", { path: { play_id: id }, signal }), enabled: id !== "" });
  const goesOn = query.data !== undefined && !isOver(query.data.state) && !isFrozen;

  useEffect(() => {
    if (!goesOn) return;
    let seq = 0;
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      if (document.visibilityState === "visible") {
        const events = await eventsBehind(id, seq).catch(() => []);
        if (stopped) return;
        if (events.length) {
          seq = events.at(-1)!.seq;
          take(events);
        }
      }
      timer = setTimeout(look, POLL_MS);
    };
    const take = (events: PlayEvent[]) => {
      const before = client.getQueryData<Play>(key);
      if (!before) return;
      const found = applied(before, events);
      client.setQueryData(key, found.play);
      if (found.isPartial) void client.invalidateQueries({ queryKey: key });
    };
    void look();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [goesOn, id, client]);

  return query;
}

/** All events behind a position, in their order. */
export async function eventsBehind(id: string, seq: number): Promise<PlayEvent[]> {
  const found: PlayEvent[] = [];
  let after: number | null = seq;
  while (after !== null) {
    const page: { data: PlayEvent[]; next: number | null } = await get("/plays/{play_id}/events", {
      path: { play_id: id },
      query: { after, size: EVENTS_AT_ONCE },
    });
    found.push(...page.data);
    after = page.next;
  }
  return found;
}
