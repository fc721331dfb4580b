// When it is due: by cron with suggestions in words, every so often, or once.
import { useId } from "react";
import { Field, problemsAt } from "../parts/Field";
import { ownZone, UNITS, type TimingKind, type Typed } from "./typed";
import { cronWords, SUGGESTIONS } from "./words";

interface Props {
  timing: Typed;
  onChange: (timing: Typed) => void;
  error: Error | null;
}

const KINDS: readonly (readonly [TimingKind, string])[] = [
  ["cron", "By the clock"],
  ["interval", "Every so often"],
  ["once", "Once"],
];

export function TimingFields({ timing, onChange, error }: Props) {
  const change = (part: Partial<Typed>) => onChange({ ...timing, ...part });
  return (
    <section aria-label="When it is due">
      <div className="schedules-kinds" role="group" aria-label="How it is told when">
        {KINDS.map(([kind, words]) => (
          <button key={kind} type="button" aria-pressed={timing.kind === kind} onClick={() => change({ kind })}>
            {words}
          </button>
        ))}
      </div>
      {timing.kind === "cron" && <ByCron timing={timing} change={change} error={error} />}
      {timing.kind === "interval" && (
        <div className="field-pair">
          <Field label="Every" hint="Counted from when it is saved." problems={problemsAt(error, "intervalSeconds")}>
            {(tied) => <input {...tied} inputMode="numeric" value={timing.count} onChange={(event) => change({ count: event.target.value })} />}
          </Field>
          <Field label="Unit">
            {(tied) => (
              <select {...tied} value={timing.unit} onChange={(event) => change({ unit: Number(event.target.value) })}>
                {UNITS.map((unit) => (
                  <option key={unit.seconds} value={unit.seconds}>
                    {unit.words}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
      )}
      {timing.kind === "once" && (
        <Field label="Date and time" hint={`By the clock of ${ownZone()}.`} problems={problemsAt(error, "at")}>
          {(tied) => <input {...tied} type="datetime-local" value={timing.at} onChange={(event) => change({ at: event.target.value })} />}
        </Field>
      )}
    </section>
  );
}

function ByCron({ timing, change, error }: { timing: Typed; change: (part: Partial<Typed>) => void; error: Error | null }) {
  const list = useId();
  return (
    <>
      <div className="schedules-ideas" role="group" aria-label="Suggestions">
        {SUGGESTIONS.map((each) => (
          <button key={each.cron} type="button" aria-pressed={timing.cron === each.cron} onClick={() => change({ cron: each.cron })}>
            {each.words}
          </button>
        ))}
      </div>
      <Field label="Cron" hint={cronWords(timing.cron) ?? "Five fields: minute, hour, day of the month, month, weekday."} problems={problemsAt(error, "cron")}>
        {(tied) => <input {...tied} className="schedules-cron" spellCheck={false} value={timing.cron} onChange={(event) => change({ cron: event.target.value })} />}
      </Field>
      <Field label="Time zone" problems={problemsAt(error, "timeZone")}>
        {(tied) => <input {...tied} list={list} value={timing.zone} onChange={(event) => change({ zone: event.target.value })} />}
      </Field>
      <datalist id={list}>
        {Intl.supportedValuesOf("timeZone").map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
