// The people, user groups, flows and groups of flows that grants and groups speak of by id.
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";

const MOST = 100;

export function useNames(isAdmin: boolean) {
  const query = { size: MOST };
  const users = useQuery({ queryKey: ["users", "names"], queryFn: ({ signal }) => get("/users", { query, signal }), enabled: isAdmin });
  const userGroups = useQuery({ queryKey: ["user-groups", "names"], queryFn: ({ signal }) => get("/user-groups", { query, signal }), enabled: isAdmin });
  const flows = useQuery({ queryKey: ["flows", "names"], queryFn: ({ signal }) => get("/flows", { query, signal }) });
  const groups = useQuery({ queryKey: ["groups", "names"], queryFn: ({ signal }) => get("/groups", { query, signal }), enabled: isAdmin });
  const all = [users, userGroups, flows, groups];
  const names = new Map<string, string>();
  for (const each of users.data?.data ?? []) names.set(each.id, each.name);
  for (const each of userGroups.data?.data ?? []) names.set(each.id, each.name);
  for (const each of flows.data?.data ?? []) names.set(each.id, each.name);
  for (const each of groups.data?.data ?? []) names.set(each.id, each.name);
  return {
    users: users.data?.data ?? [],
    userGroups: userGroups.data?.data ?? [],
    flows: flows.data?.data ?? [],
    groups: groups.data?.data ?? [],
    name: (id: string | null) => (id === null ? "" : (names.get(id) ?? id)),
    error: all.map((each) => each.error).find(Boolean) ?? null,
    isCut: [users, userGroups, flows, groups].some((each) => (each.data?.pages ?? 1) > 1),
  };
}
