// What waits for my decision, oldest first, and the last decisions.
import { useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { may } from "../boot";
import { ErrorNotice } from "../parts/parts";
import { useBoot } from "../shell/context";
import { useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";
import "../style/approvals.css";
import { Decisions } from "./Decisions";
import { titleOf } from "./facts";
import { Question } from "./Question";
import { useDecisions, useNews, useWaiting, type Decision } from "./useApprovals";

export function ApprovalsPage() {
  const { me } = useBoot();
  return (
    <div className="approvals-page">
      <h1>Approvals</h1>
      {may(me, "approve") ? <Questions /> : <p className="notice">You have no right to decide about plays; an administrator can give it to you. What was decided stands below.</p>}
      <Latest />
    </div>
  );
}

function Questions() {
  const [params, change] = useUrl();
  const [, navigate] = useLocation();
  const after = params.get("after");
  const waiting = useWaiting(after);
  useNews("plays");
  const [wish, setWish] = useState<{ key: string; decision: Decision } | null>(null);
  const [said, setSaid] = useState<Told | null>(null);
  const rows = (waiting.data?.data ?? []).flatMap((play) => play.approvals.map((approval) => ({ play, approval, key: `${play.id}/${approval.layerId}` })));
  const at = params.get("at");
  const place = rows.findIndex((row) => row.key === at);
  const here = rows[place] ?? (rows.length === 1 ? rows[0] : undefined);
  const go = (step: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, place < 0 ? 0 : place + step))];
    if (next) change({ at: next.key });
  };
  const say = (decision: Decision) => here && setWish({ key: here.key, decision });
  useEffect(() => void document.querySelector(".approvals-one.here")?.scrollIntoView({ block: "nearest" }), [at]);
  useKeys("Approvals", [
    { keys: "j", label: "Next question", run: () => go(1) },
    { keys: "k", label: "Question before", run: () => go(-1) },
    { keys: "a", label: "Approve; Enter confirms", run: () => say("approved") },
    { keys: "x", label: "Decline, with a note", run: () => say("declined") },
    { keys: "Enter", label: "Open the question", run: () => here && navigate(`/approvals/${here.play.id}`) },
    { keys: "Escape", label: "Decide nothing", run: () => setWish(null) },
  ]);
  if (waiting.isPending) return <p className="quiet">Loading …</p>;
  // What is read or typed here stays while one look fails; the next one may go well.
  const failure = waiting.isError && <ErrorNotice error={waiting.error} retry={() => void waiting.refetch()} />;
  if (!waiting.data) return failure;
  if (rows.length === 0) {
    return (
      <>
        {failure}
        {said && <Said told={said} />}
        <p className="approvals-none">
          <span aria-hidden="true">✓</span> Nothing waits for you.
        </p>
      </>
    );
  }
  return (
    <>
      {failure}
      {said && <Said told={said} />}
      <p className="quiet">
        {rows.length === 1 ? "One decision waits" : `${rows.length} decisions wait`} for you{(waiting.data.next || after) && " on this page"}, the oldest first.
      </p>
      <div className="approvals-list">
        {rows.map(({ play, approval, key }) => (
          <Question
            key={key}
            play={play}
            approval={approval}
            isHere={key === at}
            wish={wish?.key === key ? wish.decision : null}
            setWish={(decision) => setWish(decision && { key, decision })}
            onDone={(decision) => setSaid({ title: titleOf(play), playId: play.id, words: `${decision}.`, isLate: false })}
            onLate={(message) => setSaid({ title: titleOf(play), playId: play.id, words: message, isLate: true })}
          />
        ))}
      </div>
      {(waiting.data.next || after) && (
        <nav className="buttons" aria-label="Pages">
          {after && (
            <button type="button" onClick={() => change({ after: null, at: null }, { push: true })}>
              From the oldest
            </button>
          )}
          {waiting.data.next && (
            <button type="button" onClick={() => change({ after: waiting.data.next, at: null }, { push: true })}>
              Younger ones
            </button>
          )}
        </nav>
      )}
    </>
  );
}

interface Told {
  title: string;
  playId: string;
  words: string;
  isLate: boolean;
}

/** What became of the question that was just answered, since it is gone from the list. */
function Said({ told }: { told: Told }) {
  return (
    <p className={told.isLate ? "notice late" : "notice good"} role="status">
      <Link href={`/approvals/${told.playId}`}>{told.title}</Link>: {told.words}
    </p>
  );
}

function Latest() {
  const decisions = useDecisions();
  if (decisions.isError && !decisions.data) return <ErrorNotice error={decisions.error} retry={() => void decisions.refetch()} />;
  if (!decisions.data?.data.length) return null;
  return (
    <section>
      <h2>Last decisions</h2>
      <Decisions decisions={decisions.data.data} label="Last decisions" />
    </section>
  );
}
