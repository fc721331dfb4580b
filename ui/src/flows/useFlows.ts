// What the list of flows asks for: a page of flows, then how all of them fare by one request; groups and categories.
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { ListedFlow, Overview } from "../api/types";
import { useConnection } from "../live/connection";
import { isOfWholePlay, useSoon } from "../live/useSoon";

export const PAGE = 50;
const FRESH_MS = 15_000;
/** While the socket tells of plays, they are only asked for in case something was lost on the way. */
const LIVE_MS = 60_000;
const SOON_MS = 1_000;
const LISTS_MS = 60_000;
const MOST_GROUPS = 100;

export interface Wanted {
  text: string;
  group: string;
  category: string;
  page: number;
}

export function useFlows({ text, group, category, page }: Wanted) {
  const query = { page, size: PAGE, text: text || undefined, group: group || undefined, category: category || undefined };
  return useQuery({
    queryKey: ["flows", "page", query],
    queryFn: ({ signal }) => get("/flows", { query, signal }),
    placeholderData: (before) => before,
    refetchInterval: FRESH_MS,
  });
}

/** How these flows fare, by their ids. */
export function useOverviews(flows: readonly Pick<ListedFlow, "id">[]) {
  const ids = flows.map((flow) => flow.id);
  const isLive = useConnection() === "live";
  const found = useQuery({
    queryKey: ["flows", "overviews", ids],
    queryFn: async ({ signal }) => {
      const found = await get("/flow-overviews", { query: { flows: ids }, signal });
      return new Map<string, Overview>(found.data.map((each) => [each.flowId, each]));
    },
    enabled: ids.length > 0,
    placeholderData: (before) => before,
    refetchInterval: isLive ? LIVE_MS : FRESH_MS,
  });
  useSoon({ of: "plays", isNews: isOfWholePlay, soonMs: SOON_MS }, () => ids.length > 0 && found.refetch({ cancelRefetch: false }));
  return found;
}

export function useCategories() {
  return useQuery({ queryKey: ["flows", "categories"], queryFn: ({ signal }) => get("/flow-categories", { signal }), staleTime: LISTS_MS });
}

/** The company's groups; who has only grants on some flows is told of none. */
export function useGroups(mayAsk: boolean) {
  return useQuery({
    queryKey: ["groups"],
    queryFn: ({ signal }) => get("/groups", { query: { size: MOST_GROUPS }, signal }),
    staleTime: LISTS_MS,
    enabled: mayAsk,
  });
}
