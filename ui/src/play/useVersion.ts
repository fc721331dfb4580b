// The flowlets of the flow version that a play performed: their settings and what comes after what.
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Play } from "../api/types";

export interface Flowlet {
  ref: string;
  appId: string;
  after?: string[];
  index?: number;
  inside?: string | null;
}

export function useVersion(play: Play) {
  return useQuery({
    queryKey: ["version", play.flowId, play.version],
    queryFn: async ({ signal }) => {
      const found = await get("/flows/{name}/versions/{number}", { path: { name: play.flowId, number: play.version! }, signal });
      return ((found.definition as { flowlets?: Flowlet[] }).flowlets ?? []) as Flowlet[];
    },
    enabled: play.version !== null,
    staleTime: Infinity,
  });
}

/** What starts after what: by `after`, else by equal `index` in parallel, else one after another. */
export function edgesOf(flowlets: readonly Flowlet[]): { from: string; to: string }[] {
  const groups = new Map<string, Flowlet[]>();
  for (const flowlet of flowlets) {
    const around = flowlet.inside ?? "";
    groups.set(around, [...(groups.get(around) ?? []), flowlet]);
  }
  return [...groups].flatMap(([around, group]) => [...edgesWithin(group), ...entrances(around, group)]);
}

function edgesWithin(group: readonly Flowlet[]): { from: string; to: string }[] {
  if (group.some((each) => each.after?.length)) {
    return group.flatMap((each) => (each.after ?? []).map((from) => ({ from, to: each.ref })));
  }
  const isStaged = group.some((each) => each.index !== undefined && each.index !== null);
  const stages = new Map<number, Flowlet[]>();
  group.forEach((each, place) => {
    const stage = isStaged ? (each.index ?? 0) : place;
    stages.set(stage, [...(stages.get(stage) ?? []), each]);
  });
  const ordered = [...stages].sort(([a], [b]) => a - b).map(([, those]) => those);
  return ordered.slice(1).flatMap((those, place) => ordered[place]!.flatMap((from) => those.map((to) => ({ from: from.ref, to: to.ref }))));
}

/** A loop leads to what begins inside it. */
function entrances(around: string, group: readonly Flowlet[]): { from: string; to: string }[] {
  if (!around) return [];
  const reached = new Set(edgesWithin(group).map((edge) => edge.to));
  return group.filter((each) => !reached.has(each.ref)).map((each) => ({ from: around, to: each.ref }));
}
