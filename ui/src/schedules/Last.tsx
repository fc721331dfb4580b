// What became of a due time: its play with that play's state, or why there was none.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { get } from "../api/client";
import type { Firing } from "../api/types";
import { Moment, State } from "../parts/parts";
import { isOver } from "../parts/states";

const LOOK_MS = 3_000;

export function Last({ firing }: { firing: Firing | null }) {
  if (!firing) return <span className="quiet">never due so far</span>;
  return (
    <>
      <Outcome firing={firing} /> <span className="quiet">due <Moment at={firing.dueAt} /></span>
    </>
  );
}

export function Outcome({ firing }: { firing: Firing }) {
  if (firing.state === "played" && firing.playId) return <OfPlay id={firing.playId} />;
  if (firing.state === "missed") {
    return (
      <span>
        <span className="state bad">◌ {firing.count === 1 ? "Missed" : `${firing.count} missed`}</span> <Later firing={firing} />
      </span>
    );
  }
  if (firing.state === "skipped") {
    return (
      <span>
        <span className="state late">↷ Skipped</span> <span className="schedules-why">{firing.reason?.message}</span> <Later firing={firing} />
      </span>
    );
  }
  return <span className="state busy">▸ About to be played</span>;
}

/** The play that somebody made of a time afterwards. */
function Later({ firing }: { firing: Firing }) {
  if (!firing.playId) return null;
  return (
    <span>
      <span className="quiet">{firing.count === 1 ? "played later" : "the first played later"}</span> <OfPlay id={firing.playId} />
    </span>
  );
}

function OfPlay({ id }: { id: string }) {
  const play = useQuery({
    queryKey: ["play", "state", id],
    queryFn: ({ signal }) => get("/plays/{play_id}", { path: { play_id: id }, signal }),
    refetchInterval: (query) => (query.state.data && !isOver(query.state.data.state) ? LOOK_MS : false),
    staleTime: 60_000,
    retry: false,
  });
  if (play.isError) return <span className="quiet">played; its play is gone or not yours to see</span>;
  return (
    <Link href={`/plays/${id}`} className="schedules-play">
      {play.data ? <State state={play.data.state} /> : <span className="quiet">…</span>}
    </Link>
  );
}
