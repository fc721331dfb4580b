// The next due times as the clock on the wall shows them, with the places where that clock is put on or back.
import type { Due, Schedule } from "../api/types";
import { useNow } from "../parts/parts";
import { exact } from "../parts/times";
import { clockChanges, inZone, isOverdue, offset, until, wall } from "./words";

export function NextTimes({ times, zone }: { times: readonly Due[]; zone: string }) {
  const now = useNow();
  const changes = clockChanges(times);
  if (times.length === 0) return <p className="quiet">It is not due again.</p>;
  return (
    <>
      <ol className="schedules-times">
        {times.map((due, at) => (
          <li key={due.dueAt}>
            {changes.has(at) && (
              <span className="state late">
                the clocks change: {offset(times[at - 1]!.localTime)} → {offset(due.localTime)}
              </span>
            )}
            <time dateTime={due.dueAt} title={exact(due.dueAt)}>
              {wall(due.localTime)}
            </time>
            <span className="quiet">{until(due.dueAt, now)}</span>
          </li>
        ))}
      </ol>
      <p className="quiet">
        The clock of {zone}
        {zone !== "UTC" && `, ${offset(times[0]!.localTime)} from UTC`}.
      </p>
    </>
  );
}

/** When a schedule is due next, in its own zone; that it is off, or over. */
export function Next({ schedule }: { schedule: Schedule }) {
  const now = useNow();
  if (!schedule.nextAt) return <span className="quiet">{schedule.enabled ? "not due again" : "off"}</span>;
  return (
    <>
      <strong className={isOverdue(schedule.nextAt, now) ? "schedules-late" : undefined}>{until(schedule.nextAt, now)}</strong>{" "}
      <time className="quiet" dateTime={schedule.nextAt} title={exact(schedule.nextAt)}>
        {inZone(schedule.nextAt, schedule.timeZone)}
      </time>
    </>
  );
}
