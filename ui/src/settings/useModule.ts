// The catalogue: all modules as lines, and one with its forms and examples. It does not change while the server runs.
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { components } from "../../generated/api";

export type ModuleRow = components["schemas"]["ModuleRow"];
export type ModuleShape = components["schemas"]["ModuleShape"];

export function useModules() {
  return useQuery({ queryKey: ["modules"], queryFn: ({ signal }) => get("/modules", { signal }), staleTime: Infinity });
}

export const moduleQuery = (appId: string) => ({
  queryKey: ["module", appId],
  queryFn: ({ signal }: { signal?: AbortSignal }) => get("/modules/{app_id}", { path: { app_id: appId }, ...(signal ? { signal } : {}) }),
  staleTime: Infinity,
});

export function useModule(appId: string) {
  return useQuery({ ...moduleQuery(appId), enabled: appId !== "" });
}
