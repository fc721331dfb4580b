// Decisions of people: who decided what, when and why.
import { Link } from "wouter";
import type { DecidedPlay } from "../api/types";
import { Moment } from "../parts/parts";

type Told = Omit<DecidedPlay, "playId" | "flow" | "title"> & Partial<Pick<DecidedPlay, "playId" | "flow" | "title">>;

export function Decisions({ decisions, label }: { decisions: readonly Told[]; label: string }) {
  return (
    <ul className="approvals-decisions" aria-label={label}>
      {decisions.map((each) => (
        <li key={`${each.playId} ${each.layerId} ${each.at}`}>
          <span className={each.decision === "approved" ? "state good" : "state bad"}>
            <span aria-hidden="true">{each.decision === "approved" ? "✓" : "✕"}</span> <span>{each.decision}</span>
          </span>
          <span>
            {each.playId ? <Link href={`/approvals/${each.playId}`}>{each.title ?? each.flow}</Link> : <code>{each.layerId}</code>}{" "}
            <span className="quiet">
              by {each.by}, <Moment at={each.at} />
            </span>
          </span>
          {each.note && <q>{each.note}</q>}
        </li>
      ))}
    </ul>
  );
}
