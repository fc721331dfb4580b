// Play what was due in a span of the past: how many plays that makes is told before it begins.
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { post } from "../api/client";
import type { Backfilled, Schedule } from "../api/types";
import { elsewhere, Field, problemsAt } from "../parts/Field";
import { ErrorNotice } from "../parts/parts";
import { useSettled } from "../parts/useSettled";
import { Dialog } from "../shell/Dialog";
import { momentOf, ownZone, type Span } from "./typed";
import { backfillWords } from "./words";

interface Props {
  schedule: Schedule;
  usual: Span;
  onDone: (made: Backfilled) => void;
  onClose: () => void;
}

const PATHS = ["from", "to"];

export function Backfill({ schedule, usual, onDone, onClose }: Props) {
  const [span, setSpan] = useState(usual);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const path = { schedule_id: schedule.id };
  const settled = useSettled(span);
  const counted = useQuery({
    queryKey: ["schedules", "backfill", schedule.id, schedule.rev, settled],
    queryFn: ({ signal }) => post("/schedules/{schedule_id}/backfill", { path, body: { ...bodyOf(settled), dryRun: true }, signal }),
    retry: false,
    gcTime: 0,
  });
  const isCurrent = settled === span && counted.isSuccess;
  const told = error ?? counted.error;
  const play = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      onDone(await post("/schedules/{schedule_id}/backfill", { path, body: bodyOf(span) }));
    } catch (refused) {
      setError(refused as Error);
      setBusy(false);
    }
  };
  const other = elsewhere(told, PATHS);
  return (
    <Dialog title={`Play past times of ${schedule.name}`} onClose={onClose}>
      <form onSubmit={(event) => void play(event)}>
        {other && <ErrorNotice error={other} />}
        <div className="field-pair">
          <Field label="From" hint={`By the clock of ${ownZone()}.`} problems={problemsAt(told, "from")}>
            {(tied) => <input {...tied} autoFocus type="datetime-local" value={span.from} onChange={(event) => setSpan({ ...span, from: event.target.value })} />}
          </Field>
          <Field label="To" hint="What is due at this very moment is not played." problems={problemsAt(told, "to")}>
            {(tied) => <input {...tied} type="datetime-local" value={span.to} onChange={(event) => setSpan({ ...span, to: event.target.value })} />}
          </Field>
        </div>
        <p aria-live="polite">{isCurrent ? backfillWords(counted.data) : <span className="quiet">{told ? "Nothing to play so." : "Counting …"}</span>}</p>
        <p className="quiet">They are played as the schedule is now, all at once; a time that has its play is not played again.</p>
        <div className="buttons">
          <button type="submit" className="main" disabled={busy || !isCurrent || counted.data.count === 0}>
            {isCurrent && counted.data.count > 0 ? `Play ${counted.data.count}` : "Play them"}
          </button>
          <button type="button" onClick={onClose}>
            Leave it
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function bodyOf(span: Span) {
  return { from: momentOf(span.from), to: momentOf(span.to) };
}
