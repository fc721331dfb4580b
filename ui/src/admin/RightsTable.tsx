// Who or what holds which rights: a row for each, a column for each right.
import type { ReactNode } from "react";
import { RIGHTS } from "./roles";

interface Props {
  label: string;
  /** What the rows are. */
  of: string;
  rows: readonly { key: string; head: ReactNode; holds: (right: string, place: number) => boolean }[];
  /** Whether each right is explained. */
  explained?: boolean;
}

export function RightsTable({ label, of, rows, explained = false }: Props) {
  return (
    <div className="admin-scroll" tabIndex={0} role="region" aria-label={label}>
      <table className="admin-table">
        <thead>
          <tr>
            <th scope="col">{of}</th>
            {RIGHTS.map((each) => (
              <th key={each.right} scope="col">
                {each.right}
                {explained && <small className="quiet">{each.words}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.head}</th>
              {RIGHTS.map((each, place) => (
                <td key={each.right}>
                  {row.holds(each.right, place) ? <span aria-label="yes">✓</span> : <span className="quiet" aria-label="no">–</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
