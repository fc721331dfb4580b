// What a play is: of which flow, who asked for it, how long it took; and what holds it up while it goes on.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { get } from "../api/client";
import type { Play } from "../api/types";
import { Copy, Moment, useNow } from "../parts/parts";
import { isOver } from "../parts/states";
import { duration } from "../parts/times";

const POLL_MS = 3000;

export function Facts({ play }: { play: Play }) {
  const over = isOver(play.state);
  const why = useQuery({
    queryKey: ["play", play.id, "why"],
    queryFn: ({ signal }) => get("/plays/{play_id}/why", { path: { play_id: play.id }, signal }),
    enabled: !over,
    refetchInterval: POLL_MS,
  });
  const queued = play.startedAt ? Date.parse(play.startedAt) - Date.parse(play.createdAt) : null;
  return (
    <>
      {!over && why.data && <p className="quiet">{why.data.message}</p>}
      <p className="facts quiet">
        <span>
          <Link href={`/flows/${play.flow}`}>{play.flow}</Link> {play.test ? "test of its draft" : `v${play.version}`}
        </span>
        <span>{over ? `took ${duration(play.durationMs)}` : <Running since={play.startedAt} />}</span>
        {queued !== null && <span>waited {duration(queued)} for a worker</span>}
        <span>
          accepted <Moment at={play.createdAt} />
        </span>
        <span>
          through {play.origin.door}
          {play.origin.actor && ` by ${play.origin.actor}`}
        </span>
        {play.rerunOf && (
          <span>
            rerun of <Link href={`/plays/${play.rerunOf}`}>{play.rerunOf}</Link>
          </span>
        )}
        <Copy text={play.id}>Copy id</Copy>
      </p>
    </>
  );
}

function Running({ since }: { since: string | null }) {
  const now = useNow();
  return <>{since ? `since ${duration(Math.max(0, now - Date.parse(since)))}` : "not begun"}</>;
}
