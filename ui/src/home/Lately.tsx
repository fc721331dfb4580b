// The flows that were played lately: their last plays as ticks, how many went well, how long they take, what starts them.
import { Link } from "wouter";
import type { Overview } from "../api/types";
import { ErrorNotice, useNow } from "../parts/parts";
import { Numbers, Ticks } from "../flows/Health";
import { Starts } from "../flows/Starts";
import { useOverviews } from "../flows/useFlows";
import { until } from "../flows/words";

export function Lately({ flows }: { flows: readonly { id: string; permanentId: string }[] }) {
  const overviews = useOverviews(flows);
  return (
    <section aria-label="Flows played lately">
      <h2>Flows played lately</h2>
      {overviews.isError && <ErrorNotice error={overviews.error} retry={() => void overviews.refetch()} />}
      <ul className="home-flows">
        {flows.map((flow) => (
          <li key={flow.id}>
            <Link href={`/flows/${encodeURIComponent(flow.permanentId)}`}>{flow.permanentId}</Link>
            <Ticks overview={overviews.data?.get(flow.id)} />
            <span>
              <Numbers overview={overviews.data?.get(flow.id)} />
            </span>
            <Starts overview={overviews.data?.get(flow.id)} />
            <span className="quiet">
              <NextRun overview={overviews.data?.get(flow.id)} />
            </span>
          </li>
        ))}
      </ul>
      <p>
        <Link href="/flows">All flows</Link>
      </p>
    </section>
  );
}

/** When a schedule plays the flow next, if one does. */
function NextRun({ overview }: { overview: Overview | undefined }) {
  const now = useNow();
  const moments = (overview?.timers ?? []).flatMap(({ enabled, nextAt }) => (enabled && nextAt ? [nextAt] : []));
  const first = moments.sort()[0];
  return first && <>next {until(first, now)}</>;
}
