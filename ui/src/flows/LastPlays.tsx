// The last plays of a flow, and how they went in sum.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { get } from "../api/client";
import type { Flow } from "../api/types";
import { useConnection } from "../live/connection";
import type { Told } from "../live/socket";
import { isOfWholePlay, useSoon } from "../live/useSoon";
import { ErrorNotice, Moment, State } from "../parts/parts";
import { duration } from "../parts/times";
import { healthSentence } from "./words";

const SHOWN = 8;
const FRESH_MS = 5_000;
/** While the socket tells of plays, they are only asked for in case something was lost on the way. */
const LIVE_MS = 60_000;
const SOON_MS = 500;

export function LastPlays({ flow }: { flow: Flow }) {
  const isLive = useConnection() === "live";
  const plays = useQuery({
    queryKey: ["flows", "plays", flow.id],
    queryFn: ({ signal }) => get("/flows/{name}/plays", { path: { name: flow.id }, query: { size: SHOWN }, signal }),
    refetchInterval: isLive ? LIVE_MS : FRESH_MS,
  });
  const overview = useQuery({
    queryKey: ["flows", "overview", flow.id],
    queryFn: async ({ signal }) => (await get("/flow-overviews", { query: { flows: [flow.id] }, signal })).data[0] ?? null,
    refetchInterval: isLive ? LIVE_MS : 3 * FRESH_MS,
  });
  const isNews = (told: Told) => told.flowId === flow.id && isOfWholePlay(told);
  useSoon({ of: "plays", isNews, soonMs: SOON_MS }, () => Promise.all([plays.refetch(), overview.refetch()]));
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
