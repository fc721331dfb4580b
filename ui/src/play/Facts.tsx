// What a play is: of which flow and version, who asked for it, how long it took.
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { Link } from "wouter";
import { get } from "../api/client";
import type { Play } from "../api/types";
import { Copy, Moment, State, useNow } from "../parts/parts";
import { isOver } from "../parts/states";
import { duration } from "../parts/times";

const SECOND = 1000;
const SHOWN = 3;

export function Facts({ play }: { play: Play }) {
  const over = isOver(play.state);
  const queued = play.startedAt ? Date.parse(play.startedAt) - Date.parse(play.createdAt) : null;
  return (
    <p className="facts quiet">
      <span>
        <Link href={`/flows/${play.flow}`}>{play.flow}</Link> {play.test ? "test of its draft" : `v${play.version}`}
        <Newer play={play} />
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
      {play.reruns.length > 0 && <Reruns play={play} />}
      {play.parent && (
        <span>
          part of <Link href={`/plays/${play.parent.playId}?step=${encodeURIComponent(play.parent.layerId)}`}>{play.parent.playId}</Link>
        </span>
      )}
      <Copy text={play.id}>Copy id</Copy>
    </p>
  );
}

/** How the plays ended that were made of this one, the last one first. */
function Reruns({ play }: { play: Play }) {
  return (
    <span>
      rerun{" "}
      {play.reruns.slice(0, SHOWN).map((each, place) => (
        <Fragment key={each.id}>
          {place > 0 && ", "}
          <Link href={`/plays/${each.id}`} title={each.id}>
            <Moment at={each.createdAt} />
          </Link>{" "}
          <State state={each.state} />
        </Fragment>
      ))}
      {play.reruns.length > SHOWN && " and before"}
    </span>
  );
}

/** Whether the flow has another version by now, and what that changes. */
function Newer({ play }: { play: Play }) {
  const newest = useQuery({
    queryKey: ["versions", play.flowId, "newest"],
    queryFn: async ({ signal }) => (await get("/flows/{name}/versions", { path: { name: play.flowId }, query: { size: 1 }, signal })).data[0]?.version ?? null,
    enabled: play.version !== null,
    staleTime: 60_000,
  });
  if (play.version === null || !newest.data || newest.data === play.version) return null;
  return (
    <>
      {" "}
      (now v{newest.data}: <Link href={`/flows/${play.flow}/versions?a=${play.version}&b=${newest.data}`}>what changed</Link>)
    </>
  );
}

function Running({ since }: { since: string | null }) {
  const now = useNow();
  if (!since) return <>not begun</>;
  const seconds = Math.floor(Math.max(0, now - Date.parse(since)) / SECOND);
  return <>under way for {seconds < 60 ? `${seconds} s` : duration(seconds * SECOND)}</>;
}
