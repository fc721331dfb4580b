// What became of each due time of the last thirty days, each linked to its play.
import { useInfiniteQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Schedule } from "../api/types";
import { ErrorNotice } from "../parts/parts";
import { useUrl } from "../shell/url";
import { duration, exact } from "../parts/times";
import { Outcome } from "./Last";
import type { Span } from "./typed";
import { inZone } from "./words";

const SIZE = 25;
const LOOK_MS = 5_000;
const STATES = ["played", "skipped", "missed"];

interface Props {
  schedule: Schedule;
  /** Ask to play what was missed; absent for who may not. */
  onPlay?: (span: Span) => void;
}

export function Firings({ schedule, onPlay }: Props) {
  const [params, change] = useUrl();
  const state = STATES.includes(params.get("state") ?? "") ? params.get("state")! : null;
  const found = useInfiniteQuery({
    queryKey: ["schedules", "firings", schedule.id, state],
    queryFn: ({ pageParam, signal }) =>
      get("/schedules/{schedule_id}/firings", {
        path: { schedule_id: schedule.id },
        query: { size: SIZE, ...(state ? { state: [state] } : {}), ...(pageParam ? { after: pageParam } : {}) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: LOOK_MS,
  });
  const rows = found.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <section aria-labelledby="firings">
      <div className="schedules-head">
        <h2 id="firings">What became of each time</h2>
        <span className="schedules-end schedules-kinds" role="group" aria-label="Which of them">
          <button type="button" aria-pressed={!state} onClick={() => change({ state: null }, { push: true })}>
            all
          </button>
          {STATES.map((each) => (
            <button key={each} type="button" aria-pressed={state === each} onClick={() => change({ state: each }, { push: true })}>
              {each}
            </button>
          ))}
        </span>
      </div>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.data && rows.length === 0 && (
        <p className="notice">{state ? `None was ${state} in the last 30 days.` : "It was not due yet. What becomes of each time stands here for 30 days."}</p>
      )}
      {rows.length > 0 && (
        <ul className="schedules-firings">
          {rows.map((firing) => (
            <li key={firing.id}>
              <time dateTime={firing.dueAt}>
                {inZone(firing.dueAt, schedule.timeZone)}
                {firing.count > 1 && ` until ${inZone(firing.until, schedule.timeZone)}`}
              </time>
              <Outcome firing={firing} />
              {onPlay && firing.state === "missed" && !firing.playId && (
                <button type="button" className="plain" onClick={() => onPlay({ from: firing.dueAt, to: firing.until })}>
                  Play {firing.count === 1 ? "it" : "them"} …
                </button>
              )}
              {firing.settledAt && firing.state === "played" && (
                <span className="quiet" title={exact(firing.settledAt)}>
                  {lateness(firing.until, firing.settledAt)}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <button type="button" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Earlier ones
        </button>
      )}
    </section>
  );
}

const LATE_MS = 5_000;

function lateness(dueAt: string, settledAt: string): string {
  const late = Date.parse(settledAt) - Date.parse(dueAt);
  return late < LATE_MS ? "in time" : `${duration(late)} late`;
}
