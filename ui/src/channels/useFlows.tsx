// Flows by id, for the names that routes and schedules show and the choice that their forms offer.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { get } from "../api/client";
import { everyFlow } from "../api/flows";
import type { FlowRow } from "../api/types";
import type { JsonSchema } from "../forms/types";

export function useFlows(): readonly FlowRow[] {
  const found = useQuery({
    queryKey: ["flows", "offered"],
    queryFn: ({ signal }) => everyFlow(signal),
    staleTime: 10_000,
  });
  return found.data ?? [];
}

/** One flow, by its id or permanent id; asked for only when the offered ones do not hold it. */
export function useFlow(name: string | undefined) {
  const offered = useFlows().find((each) => each.id === name || each.permanentId === name);
  const asked = useQuery({
    queryKey: ["flows", "one", name],
    queryFn: ({ signal }) => get("/flows/{name}", { path: { name: name! }, signal }),
    enabled: Boolean(name) && !offered,
    staleTime: 10_000,
    retry: false,
  });
  return offered ?? asked.data ?? null;
}

/** The schema of what a flow takes, as it is published; null before that is known. */
export function useInput(name: string | undefined): JsonSchema | null {
  const flow = useFlow(name);
  const version = useQuery({
    queryKey: ["flows", "input", flow?.id, flow?.published],
    queryFn: ({ signal }) => get("/flows/{name}/versions/{number}", { path: { name: flow!.id, number: flow!.published! }, signal }),
    enabled: Boolean(flow?.published),
    staleTime: Infinity,
  });
  return version.data ? ((version.data.definition as { input?: JsonSchema }).input ?? { type: "object" }) : null;
}

export function FlowName({ id }: { id: string }) {
  const flow = useFlow(id);
  if (!flow) return <code>{id}</code>;
  return (
    <>
      <Link href={`/flows/${flow.permanentId}/edit`}>{flow.name}</Link>
      {!flow.enabled && <span className="quiet"> (disabled)</span>}
      {flow.published === null && <span className="quiet"> (never published)</span>}
    </>
  );
}

/** What a field for a flow offers while one types. */
export function FlowOptions({ id }: { id: string }) {
  return (
    <datalist id={id}>
      {useFlows().map((flow) => (
        <option key={flow.id} value={flow.permanentId}>
          {flow.name}
        </option>
      ))}
    </datalist>
  );
}
