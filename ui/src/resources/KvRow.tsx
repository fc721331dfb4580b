// A key with the entry that is read, and those of other scopes that it hides.
import type { Entry } from "../api/types";
import { Moment } from "../parts/parts";
import { type Effective, type Scope } from "./kv";

interface Props {
  row: Effective;
  scope: Scope;
  hereId: string | undefined;
  names: ReadonlyMap<string, string>;
  mayEdit: boolean;
  begin: (doing: string, id?: string) => void;
}

export function KvRow({ row, scope, hereId, names, mayEdit, begin }: Props) {
  const entries = [...(row.winner ? [row.winner] : []), ...row.hidden];
  return (
    <>
      {entries.map((entry) => (
        <li key={entry.id} className={entry.id === hereId ? "desk-here" : row.hidden.includes(entry) ? "desk-ended" : undefined} aria-current={entry.id === hereId || undefined}>
          <div className="desk-what">
            <code className="desk-key">{entry.key}</code>
            <Shown entry={entry} />
          </div>
          <div className="desk-facts">
            {scope === "flow" && <span className={entry === row.winner ? "" : "quiet"}>{standing(entry, row, names)}</span>}
            <span className="quiet">
              written <Moment at={entry.updatedAt} /> by {entry.updatedBy} · {entry.rev === 1 ? "never changed since it was made" : `written ${entry.rev} times`}
            </span>
          </div>
          {mayEdit && (
            <div className="desk-acts">
              <button type="button" onClick={() => begin("edit", entry.id)}>
                Change
              </button>
              <button type="button" onClick={() => begin("remove", entry.id)}>
                Remove
              </button>
            </div>
          )}
        </li>
      ))}
    </>
  );
}

function Shown({ entry }: { entry: Entry }) {
  if (!entry.readable) return <span className="desk-chip">secret, never shown</span>;
  const text = JSON.stringify(entry.value);
  return <code className="desk-value">{text.length > 200 ? `${text.slice(0, 200)} … (${text.length} characters)` : text}</code>;
}

function standing(entry: Entry, row: Effective, names: ReadonlyMap<string, string>): string {
  const from = entry.scope === "flow" ? "its own" : entry.scope === "global" ? "inherited from the company" : `inherited from the group ${names.get(entry.groupId ?? "") ?? ""}`;
  if (row.isAmbiguous) return `${from}: a fault, since several scopes have this key`;
  return entry === row.winner ? from : `${from}, not read: another scope wins`;
}
