// One play, kept up to date while it goes on: the socket tells its events, and what is missing is asked for.
import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import { get } from "../api/client";
import type { Play, PlayEvent } from "../api/types";
import { isOver } from "../parts/states";
import { isLive } from "./connection";
import { applied, following } from "./reducer";
import { follow, type Told } from "./socket";

const POLL_MS = 1000;
/** With an open socket it is asked only in case something was lost on the way. */
const LIVE_POLL_MS = 5000;
const FLUSH_MS = 50;
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
    let isLooking = false;
    let isWanted = false;
    let timer: ReturnType<typeof setTimeout>;
    let flushing: ReturnType<typeof setTimeout> | undefined;
    let told: PlayEvent[] = [];
    const look = async () => {
      clearTimeout(timer);
      isWanted = isLooking;
      if (isLooking) return;
      isLooking = true;
      if (document.visibilityState === "visible") {
        const events = await eventsBehind(id, seq).catch(() => []);
        if (stopped) return;
        take(events);
      }
      isLooking = false;
      timer = setTimeout(look, isWanted ? 0 : isLive() ? LIVE_POLL_MS : POLL_MS);
    };
    const hear = (event: Told) => {
      if (event.type === "missed") return void look();
      if (event.seq === undefined || event.provisional) return;
      told.push(event as unknown as PlayEvent);
      flushing ??= setTimeout(flush, FLUSH_MS);
    };
    const flush = () => {
      flushing = undefined;
      const found = following(told, seq);
      told = [];
      take(found.events);
      if (found.isGap) void look();
    };
    const take = (news: readonly PlayEvent[]) => {
      const events = news.filter((event) => event.seq > seq);
      if (!events.length) return;
      seq = events.at(-1)!.seq;
      const before = client.getQueryData<Play>(key);
      if (!before) return;
      const found = applied(before, events);
      client.setQueryData(key, found.play);
      if (found.isPartial) void client.invalidateQueries({ queryKey: key });
    };
    let unfollow: (() => void) | undefined;
    void look().then(() => {
      if (!stopped) unfollow = follow(`play:${id}`, hear, () => seq);
    });
    return () => {
      stopped = true;
      unfollow?.();
      clearTimeout(timer);
      clearTimeout(flushing);
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
