// Why a play is not over: what it waits for, asked again while one looks.
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Play } from "../api/types";
import { isOver } from "../parts/states";

const POLL_MS = 3000;

/** A sentence; null for a play that is over, or whose reason is not known yet. */
export function useWhy(play: Play): string | null {
  const over = isOver(play.state);
  const found = useQuery({
    queryKey: ["play", play.id, "why"],
    queryFn: ({ signal }) => get("/plays/{play_id}/why", { path: { play_id: play.id }, signal }),
    enabled: !over,
    refetchInterval: POLL_MS,
  });
  // Of a state that is gone it says nothing.
  return !over && found.data?.state === play.state ? found.data.message : null;
}
