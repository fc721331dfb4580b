// What starts a flow, as short labels: its routes and schedules.
import { Link } from "wouter";
import type { Overview } from "../api/types";
import { useNow } from "../parts/parts";
import { doorWords, timerWords, until } from "./words";

const MOST = 3;

export function Starts({ overview }: { overview: Overview | undefined }) {
  const now = useNow();
  if (!overview) return <span className="flows-starts" />;
  const { doors, timers } = overview;
  const labels = [
    ...doors.map((door) => ({
      key: door.routeId,
      sign: door.kind === "mcp" ? "✦" : "⇢",
      text: doorWords(door),
      href: `/channels/${door.channelId}`,
      title: `${door.channel}: ${door.route}${door.enabled ? "" : ", switched off"}`,
      isOff: !door.enabled,
    })),
    ...timers.map((timer) => ({
      key: timer.id,
      sign: "◷",
      text: timerWords(timer),
      href: `/schedules/${timer.id}`,
      title: `${timer.name}${timer.enabled && timer.nextAt ? `, next ${until(timer.nextAt, now)}` : ", switched off"}`,
      isOff: !timer.enabled,
    })),
  ];
  if (labels.length === 0) return <span className="flows-starts quiet">by hand or API</span>;
  return (
    <span className="flows-starts">
      {labels.slice(0, MOST).map((each) => (
        <Link key={each.key} href={each.href} title={each.title} className={each.isOff ? "flows-start flows-off" : "flows-start"}>
          <span aria-hidden="true">{each.sign}</span> {each.text}
          {each.isOff && <span className="unseen"> (switched off)</span>}
        </Link>
      ))}
      {labels.length > MOST && <span className="quiet">+{labels.length - MOST}</span>}
    </span>
  );
}
