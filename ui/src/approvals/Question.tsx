// One thing that waits for a decision: what is about to be done, since when, and the two ways to decide.
import { useState } from "react";
import { Link } from "wouter";
import { address } from "../api/client";
import type { AnyApproval, Approval, PlayRow } from "../api/types";
import { Value } from "../data/Value";
import { useNow } from "../parts/parts";
import { exact } from "../parts/times";
import { Decide } from "./Decide";
import { factsOf, titleOf, waited } from "./facts";
import type { Decision } from "./useApprovals";

interface Props {
  play: PlayRow;
  approval: Approval & Partial<Pick<AnyApproval, "refusal">>;
  /** The page is about this one alone, so it does not lead to itself. */
  isAlone?: boolean;
  isHere?: boolean;
  wish?: Decision | null;
  setWish?: (wish: Decision | null) => void;
  onDone?: (decision: Decision) => void;
  onLate?: (message: string) => void;
}

export function Question({ play, approval, isAlone = false, isHere = false, wish: given, setWish: tell, onDone, onLate }: Props) {
  const now = useNow();
  const [own, setOwn] = useState<Decision | null>(null);
  const [wish, setWish] = tell ? [given ?? null, tell] : [own, setOwn];
  const [isOpen, setOpen] = useState(false);
  const { facts, more } = factsOf(approval.input);
  const raw = address("/plays/{play_id}/layers/{layer_id}/raw", { path: { play_id: play.id, layer_id: approval.layerId }, query: { of: "input" } });
  return (
    <article className={isHere ? "approvals-one here" : "approvals-one"} aria-current={isHere ? "true" : undefined} aria-label={titleOf(play)}>
      <h2>{isAlone ? approval.layerId : <Link href={`/approvals/${play.id}`}>{titleOf(play)}</Link>}</h2>
      <p className="approvals-about">
        {!isAlone && (
          <>
            <span>
              flow <Link href={`/flows/${play.flow}`}>{play.flow}</Link>
            </span>
            <span>
              step <code>{approval.layerId}</code>
            </span>
          </>
        )}
        {approval.since && (
          <span title={exact(approval.since)}>
            waiting <strong>{waited(approval.since, now)}</strong>
          </span>
        )}
        {approval.approvers.length > 0 && <span>asked: {approval.approvers.join(", ")}</span>}
        {approval.until && <span title={exact(approval.until)}>decided by itself {Date.parse(approval.until) > now ? `in ${waited(new Date(now).toISOString(), Date.parse(approval.until))}` : "now"}</span>}
      </p>
      {approval.note && <p className="approvals-note">{approval.note}</p>}
      {facts.length > 0 && (
        <dl className="approvals-facts">
          {facts.map((fact) => (
            <div key={fact.name}>
              <dt>{fact.name}</dt>
              <dd>{fact.value}</dd>
            </div>
          ))}
        </dl>
      )}
      {(more || facts.length === 0) && (
        <details className="approvals-input" onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>All that the step will get</summary>
          {isOpen && <Value label={`Input of ${approval.layerId}`} value={approval.input} size={null} isCut={approval.inputTruncated} raw={raw} />}
        </details>
      )}
      {approval.refusal ? (
        <p className="notice">
          <strong>You may not decide here.</strong> {approval.refusal.message}
        </p>
      ) : (
        <Decide play={play} layerId={approval.layerId} wish={wish} setWish={setWish} onDone={onDone} onLate={onLate} />
      )}
    </article>
  );
}
