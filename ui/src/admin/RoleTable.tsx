// What each role may do, as a table.
import { RightsTable } from "./RightsTable";
import { ROLES, holds } from "./roles";

export function RoleTable() {
  return (
    <details className="admin-roles">
      <summary>What each role may do</summary>
      <RightsTable label="Roles" of="Role" explained rows={ROLES.map((role) => ({ key: role, head: role, holds: (_right, place) => holds(role, place) }))} />
      <p className="quiet">Somebody without a role may do only what is granted to them on single flows, under Access.</p>
    </details>
  );
}
