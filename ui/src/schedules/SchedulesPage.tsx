// What starts by the clock: when each is due next, how the last one went, what was missed.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { get, post } from "../api/client";
import type { Lane as Day, Lanes, Schedule } from "../api/types";
import { may } from "../boot";
import { FlowName } from "../channels/useFlows";
import { OnOff } from "../parts/Field";
import { ErrorNotice } from "../parts/parts";
import { useBoot } from "../shell/context";
import { useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";
import "../style/field.css";
import "../style/schedules.css";
import { Axis, Lane, Legend } from "./Lane";
import { missedOf } from "./lanes";
import { Last } from "./Last";
import { Next } from "./NextTimes";
import { ScheduleForm } from "./ScheduleForm";
import { SUGGESTIONS, timingWords } from "./words";

const PAGE = 100;
const LOOK_MS = 10_000;
const LANES_MS = 30_000;

export function SchedulesPage() {
  const { me } = useBoot();
  const [params, change] = useUrl();
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const [error, setError] = useState<Error | null>(null);
  const mayEdit = may(me, "edit");
  const page = Number(params.get("page") ?? 1) || 1;
  const found = useQuery({
    queryKey: ["schedules", "page", page],
    queryFn: ({ signal }) => get("/schedules", { query: { page, size: PAGE }, signal }),
    refetchInterval: LOOK_MS,
    placeholderData: (before) => before,
  });
  const rows = [...(found.data?.data ?? [])].sort(soonest);
  const lanes = useQuery({
    queryKey: ["schedules", "lanes"],
    queryFn: ({ signal }) => get("/schedules/lanes", { signal }),
    refetchInterval: LANES_MS,
    enabled: rows.length > 0,
    placeholderData: (before) => before,
  });
  const day = lanes.data ?? null;
  const place = rows.findIndex((row) => row.id === params.get("at"));
  const go = (step: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, place < 0 ? 0 : place + step))];
    if (next) change({ at: next.id });
  };
  const turn = async (schedule: Schedule) => {
    setError(null);
    try {
      await post(`/schedules/{schedule_id}/${schedule.enabled ? "disable" : "enable"}`, { path: { schedule_id: schedule.id } });
      await client.invalidateQueries({ queryKey: ["schedules"] });
    } catch (refused) {
      setError(refused as Error);
    }
  };
  const here = rows[place];
  useKeys("Schedules", [
    { keys: "j", label: "Next schedule", run: () => go(1) },
    { keys: "k", label: "Schedule before", run: () => go(-1) },
    { keys: "Enter", label: "Open the schedule", run: () => here && navigate(`/schedules/${here.id}`) },
    ...(may(me, "run") ? [{ keys: "b", label: "Play past times", run: () => here && navigate(`/schedules/${here.id}?backfill=1`) }] : []),
    ...(mayEdit
      ? [
          { keys: "n", label: "New schedule", run: () => change({ new: "1" }) },
          { keys: "Space", label: "Switch it on or off", run: () => here && void turn(here) },
        ]
      : []),
  ]);
  return (
    <div className="schedules">
      <div className="schedules-head">
        <h1>Schedules</h1>
        {mayEdit && rows.length > 0 && (
          <button type="button" className="main" onClick={() => change({ new: "1" })}>
            New schedule
          </button>
        )}
      </div>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {error && <ErrorNotice error={error} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      {found.data && rows.length === 0 && <Empty begin={mayEdit ? (cron) => change({ new: cron }) : null} />}
      {lanes.isError && <ErrorNotice error={lanes.error} retry={() => void lanes.refetch()} />}
      {day && <Missed lanes={day.data} />}
      {rows.length > 0 && (
        <div className="schedules-board">
          {day && <Axis day={day} />}
          <ul className="schedules-list">
            {rows.map((schedule) => (
              <Row
                key={schedule.id}
                schedule={schedule}
                day={day}
                lane={day?.data.find((each) => each.id === schedule.id)}
                isHere={schedule === here}
                mayEdit={mayEdit}
                onTurn={() => void turn(schedule)}
              />
            ))}
          </ul>
          {day && <Legend />}
        </div>
      )}
      {found.data && found.data.pages > 1 && (
        <nav className="buttons" aria-label="Pages">
          <button type="button" disabled={page <= 1} onClick={() => change({ page: String(page - 1) }, { push: true })}>
            Before
          </button>
          <span>
            Page {page} of {found.data.pages}
          </span>
          <button type="button" disabled={page >= found.data.pages} onClick={() => change({ page: String(page + 1) }, { push: true })}>
            Next
          </button>
        </nav>
      )}
      {mayEdit && params.has("new") && (
        <ScheduleForm
          cron={params.get("new")!.includes(" ") ? params.get("new")! : undefined}
          onClose={() => change({ new: null })}
          onSaved={(made) => {
            void client.invalidateQueries({ queryKey: ["schedules"] });
            navigate(`/schedules/${made.id}`);
          }}
        />
      )}
    </div>
  );
}

/** What is due first comes first; what is off or over comes last. */
function soonest(one: Schedule, other: Schedule): number {
  return (one.nextAt ?? "9").localeCompare(other.nextAt ?? "9") || one.name.localeCompare(other.name);
}

function Empty({ begin }: { begin: ((cron: string) => void) | null }) {
  return (
    <div className="notice">
      <p>
        <strong>No schedules yet.</strong> A schedule starts a flow by the clock.{begin ? " Begin with:" : " Ask somebody who may edit a flow to make one."}
      </p>
      {begin && (
        <div className="buttons">
          {SUGGESTIONS.map((each) => (
            <button key={each.cron} type="button" onClick={() => begin(each.cron)}>
              {each.words}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** Which schedules were missed in the last twelve hours. */
function Missed({ lanes }: { lanes: readonly Day[] }) {
  const missed = missedOf(lanes);
  if (missed.length === 0) return null;
  return (
    <p className="notice bad" role="status">
      <strong>Missed in the last 12 hours:</strong>{" "}
      {missed.map((each, place) => (
        <span key={each.id}>
          {place > 0 && ", "}
          <Link href={`/schedules/${each.id}?state=missed`}>{each.name}</Link> {each.count === 1 ? "once" : `${each.count} times`}
        </span>
      ))}
      . No scheduler was there at that time.
    </p>
  );
}

interface RowProps {
  schedule: Schedule;
  day: Lanes | null;
  lane: Day | undefined;
  isHere: boolean;
  mayEdit: boolean;
  onTurn: () => void;
}

function Row({ schedule, day, lane, isHere, mayEdit, onTurn }: RowProps) {
  return (
    <li className={isHere ? "schedules-here" : undefined} aria-current={isHere ? "true" : undefined}>
      <div className="schedules-what">
        <Link className="schedules-name" href={`/schedules/${schedule.id}`}>
          {schedule.name}
        </Link>
        <span className="schedules-flow">
          plays <FlowName id={schedule.flowId} />
        </span>
      </div>
      <div className="schedules-when">
        <span>{timingWords(schedule)}</span>
        <span className="quiet">
          {schedule.cron && (
            <>
              <code>{schedule.cron}</code> {schedule.timeZone}
            </>
          )}
        </span>
      </div>
      <div className="schedules-next">
        <Next schedule={schedule} />
      </div>
      <div className="schedules-last">
        <Last firing={schedule.lastFiring} />
      </div>
      <OnOff on={schedule.enabled} label={`${schedule.name} is`} disabled={!mayEdit} onTurn={onTurn} />
      {schedule.trouble && <p className="schedules-trouble">{schedule.trouble.message}</p>}
      {day && lane && <Lane lane={lane} day={day} />}
    </li>
  );
}
