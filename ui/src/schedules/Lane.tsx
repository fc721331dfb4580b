// A schedule's day on a line: plays as bars, missed times as red rings, what is due as ticks, and where now is.
import { useLocation } from "wouter";
import type { Lane as Found, Lanes } from "../api/types";
import { hoursOf, laneWords, marksOf, placeOf, type Mark } from "./lanes";

/** The hours above the lanes. */
export function Axis({ day }: { day: Lanes }) {
  return (
    <div className="schedules-axis" aria-hidden="true">
      <svg width="100%" height="18">
        {hoursOf(day)
          .filter(({ at }) => at > 2 && at < 98 && Math.abs(at - 50) > 4)
          .map(({ at, word }) => (
            <text key={at} x={`${at}%`} y="13" textAnchor="middle">
              {word}
            </text>
          ))}
        <text x="50%" y="13" textAnchor="middle" className="lane-now">
          now
        </text>
      </svg>
    </div>
  );
}

export function Lane({ lane, day }: { lane: Found; day: Lanes }) {
  const now = placeOf(day.now, day);
  return (
    <svg className="schedules-lane" width="100%" height="22" role="img" aria-label={laneWords(lane)}>
      <line className="lane-ground" x1="0" x2="100%" y1="11" y2="11" />
      {hoursOf(day).map(({ at }) => (
        <line key={at} className="lane-hour" x1={`${at}%`} x2={`${at}%`} y1="0" y2="22" />
      ))}
      <line className="lane-now" x1={`${now}%`} x2={`${now}%`} y1="0" y2="22" />
      {marksOf(lane, day).map((mark) => (
        <Shown key={mark.key} mark={mark} />
      ))}
    </svg>
  );
}

function Shown({ mark }: { mark: Mark }) {
  const [, navigate] = useLocation();
  const { kind, at, width, colour, title, playId } = mark;
  return (
    <g className={`lane-${kind} lane-${colour}`} onClick={playId ? () => navigate(`/plays/${playId}`) : undefined}>
      <title>{title}</title>
      {kind === "due" && width > 0 && <rect x={`${at}%`} y="8" width={`${width}%`} height="6" />}
      {kind === "due" && width === 0 && <line x1={`${at}%`} x2={`${at}%`} y1="6" y2="16" />}
      {(kind === "played" || kind === "open") && <Bar at={at} width={width} />}
      {kind === "missed" && width > 0 && <line x1={`${at}%`} x2={`${at + width}%`} y1="11" y2="11" />}
      {kind === "missed" && <circle cx={`${at}%`} cy="11" r="4.5" />}
      {kind === "missed" && width > 0.5 && <circle cx={`${at + width}%`} cy="11" r="4.5" />}
      {kind === "skipped" && (
        <svg x={`${at}%`} y="11" overflow="visible">
          <path d="M-4 0L0 -5L4 0L0 5Z" />
        </svg>
      )}
    </g>
  );
}

/** At least four pixels wide, so that a short play can be seen and hit. */
function Bar({ at, width }: { at: number; width: number }) {
  return (
    <>
      <rect x={`${at}%`} y="4" width={`${width}%`} height="14" rx="2" />
      <svg x={`${at}%`} y="4" overflow="visible">
        <rect x="-1" width="4" height="14" rx="2" />
      </svg>
    </>
  );
}

export function Legend() {
  return (
    <p className="schedules-legend quiet">
      <Sign kind="played" colour="good" word="played" />
      <Sign kind="played" colour="bad" word="failed" />
      <Sign kind="missed" colour="bad" word="missed" />
      <Sign kind="skipped" colour="late" word="skipped" />
      <Sign kind="due" colour="quiet" word="due" />
      <span>by the clock of this browser</span>
    </p>
  );
}

function Sign({ kind, colour, word }: { kind: Mark["kind"]; colour: string; word: string }) {
  return (
    <span>
      <svg className="schedules-lane" width="14" height="22" aria-hidden="true">
        <Shown mark={{ key: word, kind, colour, at: 50, width: 0, title: word, playId: null }} />
      </svg>{" "}
      {word}
    </span>
  );
}
