// The last plays of a flow, and how they went in sum.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { get } from "../api/client";
import type { Flow } from "../api/types";
import { ErrorNotice, Moment, State } from "../parts/parts";
import { duration } from "../parts/times";
import { healthSentence } from "./words";

const SHOWN = 8;
const FRESH_MS = 5_000;

export function LastPlays({ flow }: { flow: Flow }) {
  const plays = useQuery({
    queryKey: ["flows", "plays", flow.id],
    queryFn: ({ signal }) => get("/flows/{name}/plays", { path: { name: flow.id }, query: { size: SHOWN }, signal }),
    refetchInterval: FRESH_MS,
  });
  const overview = useQuery({
    queryKey: ["flows", "overviews", [flow.id]],
    queryFn: async ({ signal }) => (await get("/flow-overviews", { query: { flows: [flow.id] }, signal })).data[0] ?? null,
    refetchInterval: 3 * FRESH_MS,
    select: (found) => (found instanceof Map ? (found.get(flow.id) ?? null) : found),
  });
  const rows = plays.data?.data;
  return (
    <section className="flows-card">
      <h2>Last plays</h2>
      {overview.data && overview.data.latest.length > 0 && <p className="quiet">{healthSentence(overview.data)}</p>}
      {plays.isError && <ErrorNotice error={plays.error} retry={() => void plays.refetch()} />}
      {rows?.length === 0 && <p className="quiet">It was never played. Run it{flow.published === null ? " once it is published" : ""}.</p>}
      <ul className="flows-plays">
        {rows?.map((play) => (
          <li key={play.id}>
            <State state={play.state} />
            <Link href={`/plays/${play.id}`}>{play.title ?? play.id}</Link>
            <span className="quiet">
              {play.test ? "test of the draft" : `v${play.version}`} · {duration(play.durationMs)} · <Moment at={play.createdAt} />
            </span>
            {play.error && <span className="flows-why">{play.error.message}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
