// One schedule: when it is due next, by which rules, and what became of each due time.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { get, post, remove } from "../api/client";
import type { Backfilled, Schedule } from "../api/types";
import { may } from "../boot";
import { Ask } from "../channels/ChannelPage";
import { FlowName } from "../channels/useFlows";
import { OnOff } from "../parts/Field";
import { ErrorNotice, Moment, useOneAtATime } from "../parts/parts";
import { useBoot } from "../shell/context";
import { leftField, useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";
import "../style/field.css";
import "../style/channels.css";
import "../style/schedules.css";
import { Backfill } from "./Backfill";
import { Firings } from "./Firings";
import { NextTimes } from "./NextTimes";
import { ScheduleForm } from "./ScheduleForm";
import { pastSpan, type Span } from "./typed";
import { timingWords } from "./words";

const LOOK_MS = 10_000;
const MISFIRE: Record<string, string> = { once: "the last one of what was missed is played", skip: "what was missed is not played", all: "all that was missed is played, in order" };
const OVERLAP: Record<string, string> = { allow: "it is played while the play before goes on", skip: "it is skipped while the play before goes on" };

export function SchedulePage({ id }: { id: string }) {
  const found = useQuery({
    queryKey: ["schedules", "one", id],
    queryFn: ({ signal }) => get("/schedules/{schedule_id}", { path: { schedule_id: id }, signal }),
    refetchInterval: LOOK_MS,
  });
  return (
    <div className="schedules">
      <ol className="crumbs" aria-label="Where this is">
        <li>
          <Link href="/schedules">Schedules</Link>
        </li>
        <li aria-current="page">{found.data?.name ?? id}</li>
      </ol>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      {found.data && <Shown schedule={found.data} />}
    </div>
  );
}

function Shown({ schedule }: { schedule: Schedule }) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [params, change] = useUrl();
  const { me } = useBoot();
  const [error, setError] = useState<Error | null>(null);
  const [asks, setAsks] = useState(false);
  const [missed, setMissed] = useState<Span | null>(null);
  const [made, setMade] = useState<Backfilled | null>(null);
  const mayEdit = may(me, "edit");
  const path = { schedule_id: schedule.id };
  const times = useQuery({
    queryKey: ["schedules", "next", schedule.id, schedule.rev, schedule.nextAt],
    queryFn: ({ signal }) => get("/schedules/{schedule_id}/next", { path, query: { count: 5 }, signal }),
    placeholderData: (before) => before,
  });
  const alone = useOneAtATime();
  const attempt = (deed: () => Promise<unknown>) =>
    alone(async () => {
      setError(null);
      setAsks(false);
      try {
        await deed();
        await client.invalidateQueries({ queryKey: ["schedules"] });
      } catch (refused) {
        setError(refused as Error);
      }
    });
  const turn = () => attempt(() => post(`/schedules/{schedule_id}/${schedule.enabled ? "disable" : "enable"}`, { path }));
  const play = () =>
    attempt(async () => {
      const made = await post("/flows/{name}/run", { path: { name: schedule.flowId }, body: { args: schedule.args, ...(schedule.version ? { version: schedule.version } : {}) } });
      navigate(`/plays/${made.playId}`);
    });
  const removed = () =>
    attempt(async () => {
      await remove("/schedules/{schedule_id}", { path });
      navigate("/schedules");
    });
  const backfill = (span: Span | null) => {
    setMissed(span);
    change({ backfill: "1" });
  };
  useKeys("Schedule", [
    { keys: "Escape", label: "All schedules", run: (event) => leftField(event) || navigate("/schedules") },
    ...(may(me, "run")
      ? [
          { keys: "r", label: "Play it now", run: () => void play() },
          { keys: "b", label: "Play past times", run: () => backfill(null) },
        ]
      : []),
    ...(mayEdit
      ? [
          { keys: "e", label: "Change it", run: () => change({ edit: "1" }) },
          { keys: "Space", label: "Switch it on or off", run: () => void turn() },
          { keys: "Delete", label: "Delete the schedule", run: () => setAsks(true) },
        ]
      : []),
  ]);
  return (
    <>
      <div className="schedules-head">
        <h1>{schedule.name}</h1>
        <span className="quiet">
          plays <FlowName id={schedule.flowId} />
          {schedule.version ? ` v${schedule.version}` : ", whichever version is published"}
        </span>
        <span className="schedules-end">
          <OnOff on={schedule.enabled} label="The schedule is" disabled={!mayEdit} onTurn={() => void turn()} />
        </span>
      </div>
      <div className="buttons schedules-deeds">
        {mayEdit && (
          <button type="button" onClick={() => change({ edit: "1" })}>
            Change …
          </button>
        )}
        {may(me, "run") && (
          <button type="button" onClick={() => void play()}>
            Play it now
          </button>
        )}
        {may(me, "run") && (
          <button type="button" onClick={() => backfill(null)}>
            Play past times …
          </button>
        )}
        {mayEdit && (
          <button type="button" onClick={() => setAsks(true)}>
            Delete …
          </button>
        )}
      </div>
      {error && <ErrorNotice error={error} />}
      {schedule.trouble && <p className="notice bad">{schedule.trouble.message}</p>}
      {!schedule.enabled && <p className="notice">It is off. What would have been due meanwhile is not made up for.</p>}
      <div className="schedules-two">
        <section className="schedules-card" aria-labelledby="when">
          <h2 id="when">When</h2>
          <p className="schedules-words">{timingWords(schedule)}</p>
          {schedule.cron && (
            <p className="quiet">
              <code>{schedule.cron}</code> by the clock of {schedule.timeZone}
            </p>
          )}
          <ul className="schedules-rules">
            <li>After a pause of flow8, {MISFIRE[schedule.misfire]}.</li>
            <li>At its time {OVERLAP[schedule.overlap]}.</li>
          </ul>
          <p className="quiet">
            Changed <Moment at={schedule.updatedAt} /> by {schedule.updatedBy}, in whose name it plays.
          </p>
        </section>
        <section className="schedules-card" aria-labelledby="next">
          <h2 id="next">{schedule.enabled ? "The next five times" : "The next five times, if it were on"}</h2>
          {times.isError && <ErrorNotice error={times.error} retry={() => void times.refetch()} />}
          {times.data && <NextTimes times={times.data.data} zone={schedule.timeZone} />}
        </section>
      </div>
      {Object.keys((schedule.args ?? {}) as object).length > 0 && (
        <details className="schedules-card">
          <summary>Arguments</summary>
          <pre tabIndex={0}>{JSON.stringify(schedule.args, null, 2)}</pre>
        </details>
      )}
      {made && (
        <p className="notice" role="status">
          {made.count === 1 ? "One play was made." : `${made.count} plays were made.`} <Link href={`/plays?flow=${schedule.flowId}&trigger=schedule`}>See them</Link>
        </p>
      )}
      <Firings schedule={schedule} {...(may(me, "run") ? { onPlay: backfill } : {})} />
      {mayEdit && params.has("edit") && (
        <ScheduleForm
          schedule={schedule}
          onClose={() => change({ edit: null })}
          onSaved={() => {
            change({ edit: null });
            void client.invalidateQueries({ queryKey: ["schedules"] });
          }}
        />
      )}
      {may(me, "run") && params.has("backfill") && (
        <Backfill
          schedule={schedule}
          usual={pastSpan(missed, Date.now())}
          onClose={() => change({ backfill: null })}
          onDone={(found) => {
            setMade(found);
            change({ backfill: null });
            void client.invalidateQueries({ queryKey: ["schedules"] });
          }}
        />
      )}
      {asks && (
        <Ask title={`Delete ${schedule.name}?`} deed="Delete" onDeed={() => void removed()} onClose={() => setAsks(false)}>
          It is not due any more, and what is told of its firings goes with it. Its plays stay.
        </Ask>
      )}
    </>
  );
}
