// What Home asks for: what failed, what waits for me, what was missed, and which flows were played lately.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../api/client";
import type { PlayRow } from "../api/types";
import { may } from "../boot";
import { useConnection } from "../live/connection";
import { isOfWholePlay, useSoon } from "../live/useSoon";
import { useCount } from "../approvals/useApprovals";
import { useBoot } from "../shell/context";
import { turned, type Found, type Need, type Seen } from "./needs";

const POLL_MS = 15_000;
/** While the socket tells of plays, they are only asked for in case something was lost on the way. */
const LIVE_MS = 60_000;
const SOON_MS = 1_000;
const LATEST = 100;
const MOST_FLOWS = 10;
const MOST_SCHEDULES = 100;
const KEPT = "flow8.home.seen";

/** All that may need somebody; `isPending` until everything was asked for once. */
export function useFound(): { found: Found; isPending: boolean; error: Error | null; retry: () => void } {
  const { me, waiting: atFirst } = useBoot();
  const mayDecide = may(me, "approve");
  const waiting = useCount(mayDecide, atFirst).data.count;
  const refetchInterval = useConnection() === "live" ? LIVE_MS : POLL_MS;
  const failures = useQuery({ queryKey: ["plays", "failures"], queryFn: ({ signal }) => get("/plays/failures", { signal }), refetchInterval });
  const oldest = useQuery({
    queryKey: ["approvals", "oldest"],
    queryFn: ({ signal }) => get("/approvals", { query: { size: 1 }, signal }),
    enabled: mayDecide && waiting > 0,
    refetchInterval: LIVE_MS,
  });
  const schedules = useQuery({
    queryKey: ["schedules", "page", 1],
    queryFn: ({ signal }) => get("/schedules", { query: { page: 1, size: MOST_SCHEDULES }, signal }),
    refetchInterval: LIVE_MS,
  });
  const lanes = useQuery({
    queryKey: ["schedules", "lanes"],
    queryFn: ({ signal }) => get("/schedules/lanes", { signal }),
    enabled: (schedules.data?.total ?? 0) > 0,
    refetchInterval: LIVE_MS,
  });
  const asked = [failures, schedules, ...(lanes.fetchStatus === "idle" && lanes.isPending ? [] : [lanes])];
  useSoon({ of: "plays", isNews: isOfWholePlay, soonMs: SOON_MS }, () => failures.refetch({ cancelRefetch: false }));
  return {
    found: {
      failures: failures.data?.data ?? [],
      waiting,
      oldest: oldest.data?.data[0] ?? null,
      lanes: lanes.data?.data ?? [],
      schedules: schedules.data?.data ?? [],
    },
    isPending: asked.some((each) => each.isPending),
    error: asked.find((each) => each.isError)?.error ?? null,
    retry: () => void Promise.all(asked.map((each) => each.refetch())),
  };
}

/** The flows of the newest plays, the one that was played last first; null until that is known. */
export function useLately(): { id: string; permanentId: string }[] | null {
  const found = useQuery({
    queryKey: ["plays", "lately"],
    queryFn: ({ signal }) => get("/plays", { query: { size: LATEST }, signal }),
    refetchInterval: useConnection() === "live" ? LIVE_MS : POLL_MS,
  });
  useSoon({ of: "plays", isNews: isOfWholePlay, soonMs: SOON_MS }, () => found.refetch({ cancelRefetch: false }));
  return found.data ? flowsOf(found.data.data) : null;
}

function flowsOf(rows: readonly PlayRow[]): { id: string; permanentId: string }[] {
  const flows = new Map(rows.map((row) => [row.flowId, { id: row.flowId, permanentId: row.flow }]));
  return [...flows.values()].slice(0, MOST_FLOWS);
}

/** What somebody saw here, kept in this browser for each company. */
export function useSeen(): [Seen, (need: Need, needs: readonly Need[]) => void] {
  const { me } = useBoot();
  const key = `${KEPT}/${me.company?.id ?? ""}`;
  const [seen, setSeen] = useState<Seen>(() => read(key));
  const turn = (need: Need, needs: readonly Need[]) => {
    const next = turned(seen, need, needs);
    localStorage.setItem(key, JSON.stringify(next));
    setSeen(next);
  };
  return [seen, turn];
}

function read(key: string): Seen {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    return found && typeof found === "object" ? (found as Seen) : {};
  } catch {
    return {};
  }
}
