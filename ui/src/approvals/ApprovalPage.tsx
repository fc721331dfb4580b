// What one play asks: for whoever got a link to it, on a phone as well.
import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { ApprovalsOfPlay } from "../api/types";
import { ErrorNotice, Moment, State } from "../parts/parts";
import { useBoot } from "../shell/context";
import { useKeys } from "../shell/keys";
import "../style/approvals.css";
import { Decisions } from "./Decisions";
import { Question } from "./Question";
import { titleOf } from "./facts";
import { useApprovalsOf, useNews, type Decision } from "./useApprovals";

export function ApprovalPage({ id }: { id: string }) {
  const [, navigate] = useLocation();
  const found = useApprovalsOf(id);
  useNews(`play:${id}`);
  const play = found.data;
  const open = play?.approvals.find((each) => each.refusal === null);
  const [wish, setWish] = useState<{ layerId: string; decision: Decision } | null>(null);
  const say = (decision: Decision) => open && setWish({ layerId: open.layerId, decision });
  useKeys("Approval", [
    { keys: "a", label: "Approve; Enter confirms", run: () => say("approved") },
    { keys: "x", label: "Decline, with a note", run: () => say("declined") },
    { keys: "Escape", label: "Back to the list", run: () => (wish ? setWish(null) : navigate("/approvals")) },
  ]);
  if (found.isError && !play) {
    return (
      <div className="approvals-page">
        <Crumbs name={id} />
        <ErrorNotice error={found.error} retry={() => void found.refetch()} />
      </div>
    );
  }
  if (!play) return <p className="quiet">Loading …</p>;
  return (
    <div className="approvals-page">
      <header>
        <Crumbs name={titleOf(play)} />
        <h1>{titleOf(play)}</h1>
        <About play={play} />
      </header>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {play.approvals.length === 0 && <Over play={play} />}
      <div className="approvals-list">
        {play.approvals.map((approval) => (
          <Question
            key={approval.layerId}
            play={play}
            approval={approval}
            isAlone
            wish={wish?.layerId === approval.layerId ? wish.decision : null}
            setWish={(decision) => setWish(decision && { layerId: approval.layerId, decision })}
          />
        ))}
      </div>
      {play.approvalCount > play.approvals.length && <p className="quiet">{play.approvalCount - play.approvals.length} more wait in this play; they follow once these are decided.</p>}
      {play.decided.length > 0 && (
        <section>
          <h2>Decided</h2>
          <Decisions decisions={play.decided} label="Decided in this play" />
        </section>
      )}
    </div>
  );
}

function Crumbs({ name }: { name: string }) {
  return (
    <ol className="crumbs">
      <li>
        <Link href="/approvals">Approvals</Link>
      </li>
      <li aria-current="page">{name}</li>
    </ol>
  );
}

/** Nothing waits: who was first, if anybody decided. */
function Over({ play }: { play: ApprovalsOfPlay }) {
  const { me } = useBoot();
  const last = [...play.decided].sort((one, other) => one.at.localeCompare(other.at)).at(-1);
  return (
    <p className={`notice ${last ? (last.decision === "approved" ? "good" : "bad") : ""}`} role="status">
      {last ? (
        <>
          <strong>
            {last.decision === "approved" ? "✓ Approved" : "✕ Declined"} by {last.by === me.name ? "you" : last.by}
          </strong>{" "}
          <Moment at={last.at} />. Nothing waits here any more.
        </>
      ) : (
        "This play waits for no decision."
      )}{" "}
      <Link href={`/plays/${play.id}`}>See the play</Link>
    </p>
  );
}

function About({ play }: { play: ApprovalsOfPlay }) {
  return (
    <p className="approvals-about">
      <State state={play.state} />
      <span>
        flow <Link href={`/flows/${play.flow}`}>{play.flow}</Link>
        {play.version !== null && ` v${play.version}`}
      </span>
      <span>
        <Link href={`/plays/${play.id}`}>the play so far</Link>
      </span>
      <span>
        started <Moment at={play.createdAt} /> by {play.origin.actor ?? play.origin.door}
      </span>
      {play.publishedBy && <span>published by {play.publishedBy}</span>}
    </p>
  );
}
