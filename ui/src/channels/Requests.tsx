// What came in lately: the last fifty requests, each with its answer and the play that it started.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { get } from "../api/client";
import type { Channel, ChannelRequest } from "../api/types";
import { ErrorNotice, Moment } from "../parts/parts";
import { duration } from "../parts/times";
import { answered } from "./words";

const LOOK_MS = 3_000;

export function Requests({ channel }: { channel: Channel }) {
  const found = useQuery({
    queryKey: ["channels", channel.slug, "requests"],
    queryFn: ({ signal }) => get("/channels/{name}/requests", { path: { name: channel.id }, signal }),
    refetchInterval: LOOK_MS,
  });
  const rows = found.data?.data ?? [];
  if (channel.kind === "mcp") {
    return (
      <section aria-labelledby="requests">
        <h2 id="requests">Calls</h2>
        <p className="notice">
          What agents call is told by the plays themselves: <Link href="/plays?trigger=mcp">plays that agents started</Link>.
        </p>
      </section>
    );
  }
  return (
    <section aria-labelledby="requests">
      <h2 id="requests">The last requests</h2>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.data && rows.length === 0 && (
        <p className="notice">Nobody sent anything yet. What comes stands here within about a second, without its contents; the play has those.</p>
      )}
      {rows.length > 0 && (
        <div className="channels-table" tabIndex={0} role="region" aria-labelledby="requests">
          <table>
            <thead>
              <tr>
                <th scope="col">Answer</th>
                <th scope="col">Request</th>
                <th scope="col">Play</th>
                <th scope="col">Took</th>
                <th scope="col">From</th>
                <th scope="col">When</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <Row key={`${row.at}-${at}`} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ row }: { row: ChannelRequest }) {
  return (
    <tr>
      <td>
        <span className={`state ${answered(row.status)}`}>{row.status}</span>
      </td>
      <td>
        <code>
          {row.method} {row.path}
        </code>
        {row.error && <span className="channels-why">{row.error}</span>}
      </td>
      <td>{row.playId ? <Link href={`/plays/${row.playId}`}>play …{row.playId.slice(-6)}</Link> : <span className="quiet">none</span>}</td>
      <td>{duration(row.durationMs)}</td>
      <td>
        {row.ip} <span className="quiet">{row.door === "front" ? "front" : "port"}</span>
      </td>
      <td>
        <Moment at={row.at} />
      </td>
    </tr>
  );
}
