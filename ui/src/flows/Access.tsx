// Who else may do something with this flow, by a grant on it or on its group; roles count besides.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { get } from "../api/client";
import type { Flow } from "../api/types";
import { may } from "../boot";
import { ErrorNotice } from "../parts/parts";
import { useBoot } from "../shell/context";

const MOST = 100;

export function Access({ flow }: { flow: Flow }) {
  const { me } = useBoot();
  return me.rights.includes("administer") && may(me, "administer") ? <Grants flow={flow} /> : null;
}

function Grants({ flow }: { flow: Flow }) {
  const found = useQuery({
    queryKey: ["access", flow.id, flow.groupId],
    queryFn: async ({ signal }) => {
      const [onFlow, onGroup, users, groups] = await Promise.all([
        get("/access", { query: { flowId: flow.id, size: MOST }, signal }),
        flow.groupId ? get("/access", { query: { groupId: flow.groupId, size: MOST }, signal }) : null,
        get("/users", { query: { size: MOST }, signal }),
        get("/user-groups", { query: { size: MOST }, signal }),
      ]);
      const names = new Map([...users.data.map((user) => [user.id, user.name || user.email] as const), ...groups.data.map((group) => [group.id, group.name] as const)]);
      const told = (grants: typeof onFlow.data, place: string) =>
        grants.map((grant) => ({ id: grant.id, right: grant.right, place, who: names.get(grant.userId ?? grant.userGroupId ?? "") ?? "somebody" }));
      return [...told(onFlow.data, "this flow"), ...told(onGroup?.data ?? [], "its group")];
    },
  });
  return (
    <section className="flows-card">
      <h2>Who may</h2>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.data?.length === 0 && <p className="quiet">Nobody has a grant on it; the roles of the company count alone.</p>}
      <ul className="flows-uses">
        {found.data?.map((grant) => (
          <li key={grant.id}>
            <span>
              <strong>{grant.who}</strong> may {grant.right} <span className="quiet">by a grant on {grant.place}</span>
            </span>
          </li>
        ))}
      </ul>
      <p className="flows-more">
        <Link href="/admin">Change grants in Admin</Link>
      </p>
    </section>
  );
}
