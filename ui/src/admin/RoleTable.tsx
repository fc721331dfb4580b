// What each role may do, as a table.
import { RIGHTS, ROLES, holds } from "./roles";

export function RoleTable() {
  return (
    <details className="admin-roles">
      <summary>What each role may do</summary>
      <div className="admin-scroll" tabIndex={0} role="region" aria-label="Roles">
        <table className="admin-table">
          <thead>
            <tr>
              <th scope="col">Role</th>
              {RIGHTS.map((each) => (
                <th key={each.right} scope="col">
                  {each.right}
                  <small className="quiet">{each.words}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ROLES.map((role) => (
              <tr key={role}>
                <th scope="row">{role}</th>
                {RIGHTS.map((each, place) => (
                  <td key={each.right}>
                    {holds(role, place) ? <span aria-label="yes">✓</span> : <span className="quiet" aria-label="no">–</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="quiet">Somebody without a role may do only what is granted to them on single flows, under Access.</p>
    </details>
  );
}
