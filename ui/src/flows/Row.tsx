// One flow as a line of the list.
import { memo } from "react";
import { Link } from "wouter";
import type { ListedFlow, Overview } from "../api/types";
import { Moment } from "../parts/parts";
import { Numbers, Ticks } from "./Health";
import { Starts } from "./Starts";
import { Switch } from "./Switch";

interface Props {
  flow: ListedFlow;
  overview: Overview | undefined;
  group: string | undefined;
  isHere: boolean;
  mayEdit: boolean;
  mayRun: boolean;
  onDuplicate: (flow: ListedFlow) => void;
  onError: (error: Error) => void;
}

export const Row = memo(function Row({ flow, overview, group, isHere, mayEdit, mayRun, onDuplicate, onError }: Props) {
  const place = `/flows/${encodeURIComponent(flow.permanentId)}`;
  return (
    <li className={`flows-row ${isHere ? "here" : ""}`} aria-current={isHere ? "true" : undefined}>
      <Switch flow={flow} disabled={!mayEdit} onError={onError} />
      <div className="flows-what">
        <Link href={place} className="flows-name">
          {flow.name}
        </Link>
        <span className="quiet">
          {flow.permanentId}
          {group && ` · ${group}`}
          {flow.category && ` · ${flow.category}`}
        </span>
      </div>
      <div className="flows-version">
        <Published flow={flow} />
        <span className="quiet">
          <Moment at={flow.updatedAt} /> by {flow.updatedBy}
        </span>
      </div>
      <div className="flows-health">
        <Ticks overview={overview} />
        <Numbers overview={overview} />
      </div>
      <Starts overview={overview} />
      <div className="flows-acts">
        {flow.published !== null && mayRun && (
          <Link className="button" href={`${place}?run=1`} aria-label={`Run ${flow.name}`} title="Run it">
            <span aria-hidden="true">▸</span>&nbsp;Run
          </Link>
        )}
        {mayEdit && (
          <Link className="button" href={`${place}/edit`} aria-label={`Edit ${flow.name}`}>
            Edit
          </Link>
        )}
        {mayEdit && (
          <button type="button" aria-label={`Duplicate ${flow.name}`} title="Duplicate" onClick={() => onDuplicate(flow)}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <rect x="5.5" y="5.5" width="8.5" height="8.5" rx="1.5" />
              <path d="M10.5 5.5V3.5A1.5 1.5 0 0 0 9 2H3.5A1.5 1.5 0 0 0 2 3.5V9a1.5 1.5 0 0 0 1.5 1.5h2" />
            </svg>
          </button>
        )}
      </div>
      {flow.matches && flow.matches.length > 0 && <Matches flow={flow} />}
    </li>
  );
});

export function Published({ flow }: { flow: Pick<ListedFlow, "published" | "hasUnpublishedEdits" | "permanentId"> }) {
  const place = `/flows/${encodeURIComponent(flow.permanentId)}/versions`;
  if (flow.published === null) return <span className="state late">never published</span>;
  return (
    <span className="flows-states">
      <Link href={place} className="state good" title="Its versions">
        v{flow.published}
      </Link>
      {flow.hasUnpublishedEdits && (
        <Link href={`${place}?a=published&b=draft`} className="state late" title="What the draft changes">
          draft differs
        </Link>
      )}
    </span>
  );
}

function Matches({ flow }: { flow: ListedFlow }) {
  return (
    <ul className="flows-matches" aria-label={`Found in ${flow.name}`}>
      {flow.matches!.map((match) => (
        <li key={`${match.ref} ${match.path}`}>
          <span className="quiet">
            {match.ref ?? "the flow"} · {match.path}
          </span>{" "}
          <code>{match.text}</code>
        </li>
      ))}
    </ul>
  );
}
