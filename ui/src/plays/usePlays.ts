// The list of plays: pages by cursor, what changes in those on screen, and those that came since.
import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { get } from "../api/client";
import type { PlayRow } from "../api/types";
import { isOfWholePlay, useSoon } from "../live/useSoon";
import { isOver } from "../parts/states";
import { asked, type Filters } from "./filters";
import { newcomers, patched } from "./rows";

const PAGE = 100;
const POLL_MS = 2000;
const SOON_MS = 400;
const WATCHED = 30;

interface Page {
  data: PlayRow[];
  next: string | null;
}

export function usePlays(filters: Filters) {
  const client = useQueryClient();
  const word = JSON.stringify(filters);
  // A relative time is fixed when the filter is chosen, so that every page is of the same list.
  const query = useMemo(() => asked(filters, Date.now()), [word]);
  const key = useMemo(() => ["plays", "list", query], [query]);
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      get("/plays", { query: { ...query, size: PAGE, after: pageParam || undefined }, signal }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before: InfiniteData<Page, string> | undefined) => before,
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data]);
  const since = useRef<string | undefined>(undefined);
  since.current = newsSince(rows, filters);
  const news = useQuery<Page>({
    queryKey: ["plays", "news", query],
    queryFn: ({ signal }) => get("/plays", { query: { ...query, size: PAGE, from: since.current ?? query.from }, signal }),
    enabled: list.isSuccess && !list.isPlaceholderData,
    refetchInterval: POLL_MS,
    // The list has just come, so there is nothing new yet.
    initialData: { data: [], next: null },
    staleTime: Infinity,
  });
  useSoon({ of: "plays", isNews: isOfWholePlay, soonMs: SOON_MS }, () => news.refetch());
  const fresh = news.data?.data;
  const change = (edit: (rows: PlayRow[]) => PlayRow[], all = false) =>
    client.setQueryData<InfiniteData<Page, string>>(key, (before) => {
      if (!before) return before;
      const pages = before.pages.map((page, place) => (all || place === 0 ? { ...page, data: edit(page.data) } : page));
      return pages.some((page, place) => page.data !== before.pages[place]!.data) ? { ...before, pages } : before;
    });
  useEffect(() => {
    if (fresh) change((known) => patched(known, fresh), true);
  }, [fresh]);

  const arrived = useMemo(() => (list.isPlaceholderData ? [] : newcomers(rows, fresh ?? [])), [rows, fresh, list.isPlaceholderData]);
  const showNew = () => {
    if (arrived.length >= PAGE) void client.resetQueries({ queryKey: key });
    else change((known) => [...arrived, ...known]);
  };
  useEffect(() => {
    // Nothing is read yet that could be pushed away.
    if (rows.length === 0 && arrived.length) showNew();
  }, [arrived.length, rows.length]);

  return { list, rows, arrived, showNew, change, query };
}

/** From when on to look for news: with plays under way on screen, from the oldest of them. */
function newsSince(rows: readonly PlayRow[], filters: Filters): string | undefined {
  if (filters.states.length || filters.to || rows.length === 0) return undefined;
  const open = rows.slice(0, WATCHED).filter((row) => !isOver(row.state));
  return (open.at(-1) ?? rows[0]!).createdAt;
}
