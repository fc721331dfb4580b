// What waits for a decision: the list, one play's, the last decisions, and how many there are for the rail.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "../api/client";
import { useSoon } from "../live/useSoon";

const FRESH_MS = 5_000;
const COUNT_MS = 60_000;
const PAGE = 25;
const SOON_MS = 300;
const NEWS = new Set(["play:waiting", "play:layer:waiting", "play:completed", "play:failed", "play:cancelled", "missed"]);

export function useWaiting(after: string | null) {
  return useQuery({
    queryKey: ["approvals", "list", after],
    queryFn: ({ signal }) => get("/approvals", { query: { size: PAGE, after: after ?? undefined }, signal }),
    refetchInterval: FRESH_MS,
  });
}

export function useDecisions() {
  return useQuery({ queryKey: ["approvals", "decisions"], queryFn: ({ signal }) => get("/approvals/decisions", { signal }), refetchInterval: 2 * FRESH_MS });
}

export function useApprovalsOf(id: string) {
  return useQuery({
    queryKey: ["approvals", "of", id],
    queryFn: ({ signal }) => get("/approvals/{play_id}", { path: { play_id: id }, signal }),
    refetchInterval: FRESH_MS,
  });
}

/** How many wait for me, at first as the page was made. It is asked for each minute, and whenever something was decided here. */
export function useCount(mayDecide: boolean, atFirst: number) {
  return useQuery({
    queryKey: ["approvals", "count"],
    queryFn: ({ signal }) => get("/approvals/count", { signal }),
    refetchInterval: COUNT_MS,
    staleTime: COUNT_MS / 2,
    initialData: { count: atFirst },
    enabled: mayDecide,
  });
}

/** Looks again soon after a play began to wait, or ended, if the socket tells of it; `plays`, or one of them by `play:<id>`. */
export function useNews(of: string): void {
  const client = useQueryClient();
  useSoon({ of, isNews: (told) => NEWS.has(told.type), soonMs: SOON_MS }, () => client.invalidateQueries({ queryKey: ["approvals"] }));
}

export type Decision = "approved" | "declined";

export function useDecide() {
  const client = useQueryClient();
  return async (playId: string, layerId: string, decision: Decision, note: string) => {
    try {
      const more = note.trim() ? { note: note.trim() } : {};
      await post("/plays/{play_id}/approve", { path: { play_id: playId }, body: { layerId, decision, ...more } });
    } finally {
      // Whether it went well, or somebody else was first: what the page shows is old.
      void client.invalidateQueries({ queryKey: ["approvals"] });
      void client.invalidateQueries({ queryKey: ["play", playId] });
    }
  };
}
