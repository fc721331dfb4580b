// How a flow's last plays went: a tick for each, how many went well, how long they took.
import { Link } from "wouter";
import type { Overview } from "../api/types";
import { look } from "../parts/states";
import { duration } from "../parts/times";
import { healthSentence, successRate } from "./words";

/** The last plays, the newest at the right. */
export function Ticks({ overview }: { overview: Overview | undefined }) {
  if (!overview) return <span className="flows-ticks" />;
  if (overview.latest.length === 0) return <span className="flows-ticks quiet">no plays yet</span>;
  return (
    <span className="flows-ticks" role="group" aria-label="The last plays, the newest last">
      {[...overview.latest].reverse().map((play) => {
        const { word, sign, colour } = look(play.state);
        return (
          <Link key={play.id} href={`/plays/${play.id}`} className={`flows-tick ${colour}`} title={`${word}: ${play.title ?? play.id}`} aria-label={`${word}: ${play.title ?? play.id}`}>
            <span aria-hidden="true">{sign}</span>
          </Link>
        );
      })}
    </span>
  );
}

export function Numbers({ overview }: { overview: Overview | undefined }) {
  const rate = overview && successRate(overview.wentWell, overview.failed);
  if (!overview || rate === null) return null;
  return (
    <span className="flows-numbers" title={healthSentence(overview)}>
      <strong className={overview.failed > 0 ? "flows-some-failed" : ""}>{rate}</strong>
      {overview.p95Ms !== null && <span className="quiet"> p95 {duration(overview.p95Ms)}</span>}
    </span>
  );
}
