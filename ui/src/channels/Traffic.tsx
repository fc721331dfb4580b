// How the last requests of a channel went, in one line: what was answered last, how fast, and how many went wrong.
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { ChannelTraffic } from "../api/types";
import { Moment } from "../parts/parts";
import { duration } from "../parts/times";
import { answered, ill } from "./words";

const LOOK_MS = 5_000;

/** What is known of each channel's last requests, by the channel's id; null before that is known. */
export function useTraffic(): ReadonlyMap<string, ChannelTraffic> | null {
  const found = useQuery({
    queryKey: ["channels", "traffic"],
    queryFn: ({ signal }) => get("/channel-traffic", { signal }),
    refetchInterval: LOOK_MS,
  });
  return found.data ? new Map(found.data.data.map((each) => [each.channelId, each])) : null;
}

export function Traffic({ of }: { of: ChannelTraffic | undefined }) {
  if (!of) return <p className="quiet channels-traffic">Nobody sent anything yet.</p>;
  return (
    <p className="quiet channels-traffic">
      last <span className={`state ${answered(of.last.status)}`}>{of.last.status}</span> <Moment at={of.last.at} />
      {` · p95 ${duration(of.p95Ms)}`}
      {of.failed > 0 && (
        <>
          {" · "}
          <span className="state bad">{ill(of.failed, of.count, "failed")}</span>
        </>
      )}
      {of.refused > 0 && ` · ${ill(of.refused, of.count, "refused")}`}
    </p>
  );
}
