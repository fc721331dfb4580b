// What a flow's page asks for beside the flow itself.
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Flow } from "../api/types";
import type { JsonSchema } from "../forms/types";
import type { Flowlet } from "../play/useVersion";

export interface Definition {
  description?: string;
  input?: JsonSchema;
  flowlets?: (Flowlet & { name?: string })[];
}

/** What runs: the published version; nothing before the first publication. */
export function useDefinition(flow: Flow | undefined) {
  const number = flow?.published ?? null;
  return useQuery({
    queryKey: ["version", "definition", flow?.id, number],
    queryFn: async ({ signal }) => {
      const found = await get("/flows/{name}/versions/{number}", { path: { name: flow!.id, number: number! }, signal });
      return found.definition as Definition;
    },
    enabled: number !== null,
    staleTime: Infinity,
  });
}

export function useUses(name: string) {
  return useQuery({ queryKey: ["flows", "uses", name], queryFn: ({ signal }) => get("/flows/{name}/uses", { path: { name }, signal }) });
}
