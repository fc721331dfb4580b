// What the palette finds: plays, flows, channels, schedules, components, and all that can be done.
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { get } from "../api/client";
import { may } from "../boot";
import { look } from "../parts/states";
import { useBoot } from "./context";
import { deedsFor } from "./deeds";
import { keysTaken, type Key } from "./keys";
import { fits } from "./words";

export interface Entry {
  id: string;
  kind: string;
  name: string;
  /** The key that does the same. */
  keys?: string;
  run: () => void;
}

const FLOWS = 25;
const PLAYS = 8;
const PAGE = 100;
const FRESH_MS = 30_000;
/** These lead along a list that the palette covers, or are the palette. */
const NOT_OFFERED = new Set(["j", "k", "Ctrl K", "Escape"]);

/** The entries for what was typed: what this screen can do comes first as long as nothing was. */
export function useEntries(wanted: string, everywhere: readonly Key[]): readonly Entry[] {
  const [, navigate] = useLocation();
  const { me } = useBoot();
  const go = (place: string) => () => navigate(place);
  const plays = usePlays(wanted).map((play) => ({
    id: play.id,
    kind: `Play, ${look(play.state).word.toLowerCase()}`,
    name: play.title ?? `${play.flow} ${play.id}`,
    run: go(`/plays/${play.id}`),
  }));
  const flows = useFlows(wanted).map((flow) => ({ id: flow.id, kind: "Flow", name: flow.name, run: go(`/flows/${encodeURIComponent(flow.permanentId)}`) }));
  const others = useOthers().map((each) => ({ ...each, run: go(each.path) }));
  const own = keysTaken().flatMap((layer) => layer.keys).filter((key) => !everywhere.includes(key));
  const deeds = deedsFor(me).map((deed) => ({ id: deed.path, kind: "", name: deed.name, run: go(deed.path) }));
  const here = actions(own), anywhere = [...deeds.filter((deed) => !here.some((each) => each.name === deed.name)), ...actions(everywhere)];
  const named = [...flows, ...others].filter((entry) => fits(`${entry.name} ${entry.kind}`, wanted));
  const done = [...here, ...anywhere].filter((entry) => fits(entry.name, wanted));
  if (wanted) return [...plays, ...named, ...done];
  return [...here, ...named, ...anywhere];
}

function actions(keys: readonly Key[]): Entry[] {
  return keys
    .filter((key) => !NOT_OFFERED.has(key.keys))
    .map((key) => ({ id: key.keys + key.label, kind: "", name: key.label, keys: key.keys, run: () => key.run(new window.KeyboardEvent("keydown")) }));
}

function usePlays(wanted: string) {
  const found = useQuery({
    queryKey: ["plays", "palette", wanted],
    queryFn: ({ signal }) => get("/plays", { query: { text: wanted, size: PLAYS }, signal }),
    enabled: wanted.length > 1,
  });
  return wanted.length > 1 ? (found.data?.data ?? []) : [];
}

function useFlows(wanted: string) {
  const found = useQuery({
    queryKey: ["flows", "palette", wanted],
    queryFn: ({ signal }) => get("/flows", { query: { text: wanted || undefined, size: FLOWS }, signal }),
    placeholderData: (before) => before,
  });
  return found.data?.data ?? [];
}

/** What is few enough to be fetched whole, once; nobody is asked for what they may not see. */
function useOthers() {
  const { me } = useBoot();
  const sees = me.rights.includes("view");
  const options = { staleTime: FRESH_MS, retry: false };
  const channels = useQuery({ ...options, queryKey: ["channels"], queryFn: ({ signal }) => get("/channels", { query: { size: PAGE }, signal }), enabled: sees });
  const schedules = useQuery({
    ...options,
    queryKey: ["schedules", "palette"],
    queryFn: ({ signal }) => get("/schedules", { query: { size: PAGE }, signal }),
    enabled: may(me, "view"),
  });
  const components = useQuery({
    ...options,
    queryKey: ["components", "palette"],
    queryFn: ({ signal }) => get("/components", { query: { size: PAGE }, signal }),
    enabled: sees,
  });
  return [
    ...(channels.data?.data ?? []).map((each) => ({ id: each.id, kind: "Channel", name: each.name, path: `/channels/${each.slug}` })),
    ...(schedules.data?.data ?? []).map((each) => ({ id: each.id, kind: "Schedule", name: each.name, path: `/schedules/${each.id}` })),
    ...(components.data?.data ?? []).map((each) => ({ id: each.id, kind: `Component, ${each.kind}`, name: each.name, path: `/resources/components?at=${each.id}` })),
  ];
}
