// What leads to a flow: routes with their whole addresses, schedules with their next time, flows that play it.
import { Link } from "wouter";
import type { Flow } from "../api/types";
import { Copy, ErrorNotice, useNow } from "../parts/parts";
import { useBoot } from "../shell/context";
import { useUses } from "./useFlow";
import { doorWords, timerWords, until } from "./words";

export function Uses({ flow }: { flow: Flow }) {
  const uses = useUses(flow.id);
  const now = useNow();
  const { publicUrl } = useBoot();
  const found = uses.data;
  const run = `${publicUrl}/api/v1/flows/${flow.permanentId}/run`;
  return (
    <section className="flows-card">
      <h2>What starts it</h2>
      {uses.isError && <ErrorNotice error={uses.error} retry={() => void uses.refetch()} />}
      <ul className="flows-uses">
        {found?.doors.map((door) => (
          <li key={door.routeId}>
            <span>
              <Link href={`/channels/${door.channelId}`}>{door.channel}</Link> <strong>{doorWords(door)}</strong>
              {!door.enabled && <span className="state quiet">switched off</span>}
            </span>
            {door.address && (
              <span className="flows-address">
                <code>{door.address}</code> <Copy text={door.address}>Copy</Copy>
              </span>
            )}
          </li>
        ))}
        {found?.timers.map((timer) => (
          <li key={timer.id}>
            <span>
              <Link href={`/schedules/${timer.id}`}>{timer.name}</Link> <strong>{timerWords(timer)}</strong>{" "}
              <span className="quiet">
                {timer.timeZone}
                {timer.enabled ? timer.nextAt && `, next ${until(timer.nextAt, now)}` : ", switched off"}
              </span>
            </span>
          </li>
        ))}
        {found?.flows.map((name) => (
          <li key={name}>
            <span>
              The flow <Link href={`/flows/${name}`}>{name}</Link> plays it.
            </span>
          </li>
        ))}
        <li>
          <span>
            <strong>The API</strong> <span className="quiet">with a key</span>
          </span>
          <span className="flows-address">
            <code>POST {run}</code> <Copy text={run}>Copy</Copy>
          </span>
        </li>
      </ul>
    </section>
  );
}
