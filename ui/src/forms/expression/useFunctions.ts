// The functions of the expression language, fetched once when the first expression is written.
import { useQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { FunctionHelp } from "./suggest";

export function useFunctions(isWanted: boolean): readonly FunctionHelp[] {
  const found = useQuery({ queryKey: ["functions"], queryFn: ({ signal }) => get("/functions", { signal }), staleTime: Infinity, enabled: isWanted });
  return found.data?.data ?? NONE;
}

const NONE: readonly FunctionHelp[] = [];
