// Whether the draft is saved, in words: never a guess, and what to do when it is not.
import { clockTime } from "./clock";
import type { Phase } from "./draft/saver";
import type { Editing } from "./useEditing";

const SAID: Record<Exclude<Phase, "saved">, string> = {
  waiting: "Not saved yet …",
  saving: "Saving …",
  trying: "flow8 does not answer; your changes are kept in this browser and saved as soon as it does.",
  conflict: "Not saved: somebody else saved another draft.",
  refused: "This cannot be saved: ",
  forbidden: "You may read this flow, but not change it.",
};

export function DraftState({ editing: { saved, mayChange, unread } }: { editing: Editing }) {
  if (!mayChange) return <span className="state late">{SAID.forbidden}</span>;
  if (unread !== null) return <span className="state late">The text in Code cannot be read; it is kept in this browser.</span>;
  if (saved.phase === "saved") return <span className="quiet">Draft saved {clockTime(saved.at)}</span>;
  if (saved.phase === "waiting" || saved.phase === "saving") return <span className="quiet">{SAID[saved.phase]}</span>;
  const reason = saved.phase === "refused" ? reasonOf(saved.error) : "";
  return (
    <span className={`state editor-said ${saved.phase === "trying" ? "late" : "bad"}`} role="alert">
      {SAID[saved.phase]}
      {reason}
    </span>
  );
}

function reasonOf(error: Error | null): string {
  const details = error && "details" in error ? (error.details as { path: string; message: string }[]) : [];
  return details.map((each) => `${each.path} ${each.message}`.trim()).join("; ") || (error?.message ?? "");
}
