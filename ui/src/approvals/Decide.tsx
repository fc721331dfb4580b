// Approve or decline: one press says which, with a note; the second one carries it out. Declining wants a note.
import { useEffect, useId, useRef, useState } from "react";
import { ApiError } from "../api/client";
import type { PlayRow } from "../api/types";
import { ErrorNotice } from "../parts/parts";
import { titleOf } from "./facts";
import { useDecide, type Decision } from "./useApprovals";

const WORDS = {
  approved: { ask: "Approve", sure: "Yes, approve", done: "Approved. A worker carries it out." },
  declined: { ask: "Decline", sure: "Yes, decline", done: "Declined. The step fails with your note." },
} as const;
const LONGEST = 2000;
const TOO_LATE = new Set(["NOT_WAITING", "PLAY_FINISHED"]);

interface Props {
  play: PlayRow;
  layerId: string;
  wish: Decision | null;
  setWish: (wish: Decision | null) => void;
  onDone: ((decision: Decision) => void) | undefined;
  /** Somebody else was first, so this question goes away; whoever shows it says so. */
  onLate: ((message: string) => void) | undefined;
}

export function Decide({ play, layerId, wish, setWish, onDone, onLate }: Props) {
  const decide = useDecide();
  const [note, setNote] = useState("");
  const [error, setError] = useState<Error | null>(null);
  const [done, setDone] = useState<Decision | null>(null);
  const [busy, setBusy] = useState(false);
  const noteRef = useRef<HTMLTextAreaElement>(null);
  const sureRef = useRef<HTMLButtonElement>(null);
  const hint = useId();
  useEffect(() => {
    if (wish === "declined") noteRef.current?.focus();
    if (wish === "approved") sureRef.current?.focus();
  }, [wish]);
  const carryOut = async () => {
    if (!wish) return;
    setBusy(true);
    setError(null);
    try {
      await decide(play.id, layerId, wish, note);
      setDone(wish);
      onDone?.(wish);
    } catch (refused) {
      if (refused instanceof ApiError && TOO_LATE.has(refused.code)) onLate?.(refused.message);
      setError(refused as Error);
      setWish(null);
    }
    setBusy(false);
  };
  if (done) {
    return (
      <p className={`notice ${done === "approved" ? "good" : ""}`} role="status">
        {WORDS[done].done}
      </p>
    );
  }
  const lacksNote = wish === "declined" && !note.trim();
  return (
    <div className="approvals-decide">
      {error && <ErrorNotice error={error} />}
      {wish === null ? (
        <div className="buttons">
          <button type="button" className="main" onClick={() => setWish("approved")}>
            Approve <kbd aria-hidden="true">A</kbd>
            <span className="unseen"> {titleOf(play)}, {layerId}</span>
          </button>
          <button type="button" onClick={() => setWish("declined")}>
            Decline <kbd aria-hidden="true">X</kbd>
            <span className="unseen"> {titleOf(play)}, {layerId}</span>
          </button>
        </div>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!lacksNote) void carryOut();
          }}
        >
          <label>
            {wish === "declined" ? "Why not?" : "Note, if you like"}
            <textarea ref={noteRef} rows={2} maxLength={LONGEST} required={wish === "declined"} aria-describedby={hint} value={note} onChange={(event) => setNote(event.target.value)} />
          </label>
          <span id={hint} className="quiet">
            {wish === "declined" ? "A note is required; whoever waits reads it." : "It stands beside your decision in the play."}
          </span>
          <div className="buttons">
            <button ref={sureRef} type="submit" className={wish === "approved" ? "main" : "approvals-no"} disabled={busy || lacksNote}>
              {WORDS[wish].sure}
            </button>
            <button type="button" onClick={() => setWish(null)}>
              Back
            </button>
          </div>
        </form>
      )}
    </div>
  );
}
