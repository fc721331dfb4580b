// One entry of the audit; opened, it shows each field before and after, and from where it came.
import type { AuditEntry } from "../api/types";
import { Moment } from "../parts/parts";
import { exact } from "../parts/times";
import { differing, subjectOf } from "./audit";

interface Props {
  row: AuditEntry;
  isHere: boolean;
  isOpen: boolean;
  onTurn: () => void;
}

export function AuditRow({ row, isHere, isOpen, onTurn }: Props) {
  const isDenial = row.action === "denied";
  return (
    <li className={isHere ? "desk-here admin-audit" : "admin-audit"} aria-current={isHere || undefined}>
      <button type="button" className="admin-line" aria-expanded={isOpen} onClick={onTurn}>
        <span className="admin-when">
          <Moment at={row.at} />
        </span>
        <strong>{row.actor ?? "flow8"}</strong>
        <code className={isDenial ? "admin-late" : undefined}>{row.action ?? "?"}</code>
        <span className="quiet admin-subject">{subjectOf(row)}</span>
        <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>
      </button>
      {isOpen && <Opened row={row} />}
    </li>
  );
}

function Opened({ row }: { row: AuditEntry }) {
  const fields = differing(row);
  const details = Object.entries((row.details ?? {}) as Record<string, unknown>).filter(([, value]) => value !== null);
  return (
    <div className="admin-opened">
      {fields.length > 0 && (
        <div className="admin-scroll" tabIndex={0} role="region" aria-label="Before and after">
          <table className="admin-table">
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Before</th>
                <th scope="col">After</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((each) => (
                <tr key={each.field}>
                  <th scope="row">{each.field}</th>
                  <td>
                    <code>{each.before}</code>
                  </td>
                  <td>
                    <code>{each.after}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {details.length > 0 && (
        <dl className="admin-facts">
          {details.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p className="quiet">
        {exact(row.at)}
        {row.subject && (
          <>
            {" "}
            · about <code>{row.subject}</code>
          </>
        )}
        {row.door && ` · by the door ${row.door}`}
        {row.ip && ` · from ${row.ip}`}
        {row.requestId && (
          <>
            {" "}
            · request <code>{row.requestId}</code>
          </>
        )}
        {row.keyId && ` · key ${row.keyId.slice(0, 8)}…`}
        {row.seq !== null && ` · entry ${row.seq} of the chain`}
      </p>
    </div>
  );
}
