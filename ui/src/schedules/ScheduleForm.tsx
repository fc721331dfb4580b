// A schedule to be: its flow, when it is due with the next five times beside it, and what happens when things go wrong.
import { useQuery } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { post, put } from "../api/client";
import type { Schedule } from "../api/types";
import { FlowOptions, useFlows, useInput } from "../channels/useFlows";
import { SchemaForm } from "../forms/SchemaForm";
import { elsewhere, Field, problemsAt } from "../parts/Field";
import { ApiError } from "../api/client";
import { ErrorNotice } from "../parts/parts";
import { useSettled } from "../parts/useSettled";
import { Dialog } from "../shell/Dialog";
import { NextTimes } from "./NextTimes";
import { asTyped, timingOf, TIMING_PATHS, type Typed } from "./typed";
import { TimingFields } from "./TimingFields";

interface Props {
  schedule?: Schedule;
  cron?: string;
  onClose: () => void;
  onSaved: (made: Schedule) => void;
}

const PATHS = ["name", "flow", "misfire", "overlap", "version", "args", ...TIMING_PATHS];

export function ScheduleForm({ schedule, cron, onClose, onSaved }: Props) {
  const [name, setName] = useState(schedule?.name ?? "");
  const [flow, setFlow] = useState(schedule?.flow ?? schedule?.flowId ?? "");
  const [timing, setTiming] = useState<Typed>(asTyped(schedule, cron));
  const [misfire, setMisfire] = useState(schedule?.misfire ?? "once");
  const [overlap, setOverlap] = useState(schedule?.overlap ?? "allow");
  const [args, setArgs] = useState<unknown>(schedule?.args ?? {});
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const list = useId();
  // Only a flow that is there is asked for, not every beginning of its name.
  const known = useFlows().find((each) => each.id === flow || each.permanentId === flow);
  const input = useInput(known?.id ?? (flow === schedule?.flow ? flow : undefined));
  const settled = useSettled(timing);
  const preview = useQuery({
    queryKey: ["schedules", "preview", settled],
    queryFn: ({ signal }) => post("/schedules/preview", { body: timingOf(settled), signal }),
    retry: false,
    placeholderData: (before) => before,
  });
  const told = error ?? preview.error;

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const body = { name, flow, misfire, overlap, args, version: schedule?.version ?? null, enabled: schedule?.enabled ?? true, ...timingOf(timing) };
    try {
      onSaved(
        schedule ? await put("/schedules/{schedule_id}", { path: { schedule_id: schedule.id }, body, ifMatch: schedule.rev }) : await post("/schedules", { body }),
      );
    } catch (refused) {
      setError(refused as Error);
      setBusy(false);
    }
  };
  const other = elsewhere(error, PATHS);
  return (
    <Dialog title={schedule ? `Change ${schedule.name}` : "New schedule"} onClose={onClose} className="schedules-form">
      <form onSubmit={(event) => void save(event)}>
        {other && <ErrorNotice error={other} />}
        <div className="field-pair">
          <Field label="Name" problems={problemsAt(error, "name")}>
            {(tied) => <input {...tied} autoFocus value={name} placeholder="Nightly report" onChange={(event) => setName(event.target.value)} />}
          </Field>
          <Field label="Flow" problems={problemsAt(error, "flow")}>
            {(tied) => <input {...tied} list={list} autoComplete="off" value={flow} onChange={(event) => setFlow(event.target.value)} />}
          </Field>
        </div>
        <FlowOptions id={list} />
        <div className="schedules-timing">
          <TimingFields timing={timing} onChange={setTiming} error={told} />
          <section aria-label="The next five times" aria-live="polite">
            <h3>The next five times</h3>
            {preview.isError ? (
              <p className="quiet">{problemsAt(preview.error, "cron").length ? "As soon as the cron expression is right." : preview.error.message}</p>
            ) : (
              preview.data && <NextTimes times={preview.data.data} zone={timing.kind === "cron" ? timing.zone : "UTC"} />
            )}
          </section>
        </div>
        <div className="field-pair">
          <Field label="What was due while flow8 was down" hint="More than a minute late counts as missed." problems={problemsAt(error, "misfire")}>
            {(tied) => (
              <select {...tied} value={misfire} onChange={(event) => setMisfire(event.target.value)}>
                <option value="once">play the last one of it</option>
                <option value="skip">play none of it</option>
                <option value="all">play all of it, in order</option>
              </select>
            )}
          </Field>
          <Field label="While the play before goes on" problems={problemsAt(error, "overlap")}>
            {(tied) => (
              <select {...tied} value={overlap} onChange={(event) => setOverlap(event.target.value)}>
                <option value="allow">play all the same</option>
                <option value="skip">skip, and say so</option>
              </select>
            )}
          </Field>
        </div>
        {input && Object.keys(input.properties ?? {}).length > 0 && (
          <fieldset className="schedules-args">
            <legend>Arguments</legend>
            <SchemaForm schema={input} value={args} onChange={setArgs} path="args" problems={error instanceof ApiError ? error.details : []} />
          </fieldset>
        )}
        <div className="buttons">
          <button type="submit" className="main" disabled={busy}>
            {schedule ? "Save" : "Make the schedule"}
          </button>
          <button type="button" onClick={onClose}>
            Leave it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
