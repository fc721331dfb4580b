// Fetches what a scope keeps; of a flow also what it inherits, and by which rule.
import { useQueries, useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import { everyFlow } from "../api/flows";
import type { Entry } from "../api/types";
import { effective, endOf, type Effective, type Scope, type Scoped } from "./kv";

const MOST = 100;
const FRESH_MS = 10_000;

interface Choice {
  id: string;
  value: string;
  name: string;
}

interface Found {
  rows: readonly Effective[];
  choices: readonly Choice[];
  /** Names of flows and groups by their ids. */
  names: ReadonlyMap<string, string>;
  placeName: string;
  said: string | null;
  paged: { page: number; pages: number; total: number } | undefined;
  isPending: boolean;
  isReady: boolean;
  error: Error | null;
  retry: () => void;
}

export function useKv(scope: Scope, of: string, text: string, page: number): Found {
  const groups = useQuery({ queryKey: ["kv", "groups"], queryFn: ({ signal }) => get("/groups", { query: { size: MOST }, signal }) });
  const flows = useQuery({ queryKey: ["flows", "offered"], queryFn: ({ signal }) => everyFlow(signal), staleTime: FRESH_MS });
  const flow = flows.data?.find((each) => each.permanentId === of || each.id === of);
  const rule = useQuery({
    queryKey: ["kv", "rule", of],
    queryFn: ({ signal }) => ruleOf(of, signal),
    enabled: scope === "flow" && Boolean(of),
  });
  const places: { scope: Scope; query: Record<string, string> }[] =
    scope !== "flow"
      ? [{ scope, query: scope === "global" ? { scope } : { scope, group: of } }]
      : [
          { scope: "flow", query: { scope, flow: of } },
          ...(rule.data?.groupId ? [{ scope: "flow_group" as const, query: { scope: "flow_group", group: rule.data.groupId } }] : []),
          { scope: "global", query: { scope: "global" } },
        ];
  const isChosen = scope === "global" || Boolean(of);
  const answers = useQueries({
    queries: places.map((place) => ({
      queryKey: ["kv", "entries", place.query, text, scope === "flow" ? 1 : page],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        get("/kv", { query: { ...place.query, text, page: scope === "flow" ? 1 : page, size: scope === "flow" ? MOST : 50 }, signal }),
      enabled: isChosen && (scope !== "flow" || rule.isSuccess),
    })),
  });
  const isReady = answers.every((answer) => answer.isSuccess);
  const lists = places.map((place, n) => listOf(place.scope, answers[n]?.data));
  const error = [groups, flows, rule, ...answers].map((each) => each.error).find(Boolean) ?? null;
  const names = new Map<string, string>();
  for (const each of groups.data?.data ?? []) names.set(each.id, each.name);
  for (const each of flows.data ?? []) names.set(each.id, each.name);
  return {
    rows: !isReady ? [] : scope === "flow" ? effective(lists, rule.data!.inherit, rule.data!.conflict) : alone(lists[0]!.entries),
    choices:
      scope === "flow"
        ? (flows.data ?? []).map((each) => ({ id: each.id, value: each.permanentId, name: each.name }))
        : (groups.data?.data ?? []).map((each) => ({ id: each.id, value: each.id, name: each.name })),
    names,
    placeName: scope === "global" ? "the whole company" : scope === "flow" ? `the flow ${flow?.name ?? of}` : `the group ${names.get(of) ?? of}`,
    said: scope === "flow" && isReady ? saidOf(rule.data!, lists) : null,
    paged: scope === "flow" ? undefined : answers[0]?.data,
    isPending: !isReady,
    isReady,
    error,
    retry: () => void Promise.all([groups, flows, rule, ...answers].filter((each) => each.isError).map((each) => each.refetch())),
  };
}

async function ruleOf(of: string, signal: AbortSignal) {
  const flow = await get("/flows/{name}", { path: { name: of }, signal });
  const definition =
    flow.published === null
      ? flow.draft
      : (await get("/flows/{name}/versions/{number}", { path: { name: of, number: flow.published }, signal })).definition;
  return { groupId: flow.groupId, inherit: definition.kvInherit !== false, conflict: String(definition.kvConflict ?? "nearest") };
}

function listOf(scope: Scope, answer: { data: Entry[]; pages: number } | undefined): Scoped {
  return { scope, entries: answer?.data ?? [], isCut: (answer?.pages ?? 0) > 1 };
}

function alone(entries: readonly Entry[]): Effective[] {
  return entries.map((entry) => ({ key: entry.key, winner: entry, hidden: [], isAmbiguous: false }));
}

function saidOf(rule: { inherit: boolean; conflict: string }, lists: readonly Scoped[]): string {
  const end = endOf(lists);
  const cut = end === null ? "" : ` There are more keys behind ${end}; search to see them.`;
  if (!rule.inherit) return `This flow inherits nothing (kvInherit: false); it reads only its own entries.${cut}`;
  const which =
    rule.conflict === "fail" ? "several entries of a key are a fault" : `the ${rule.conflict} entry of a key is read (kvConflict: ${rule.conflict})`;
  return `This flow inherits from its group and the company; ${which}.${cut}`;
}
