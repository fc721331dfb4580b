// The history of a play, line by line, as it was written with what happened.
import { useInfiniteQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Play } from "../api/types";
import { ErrorNotice, State } from "../parts/parts";
import { isOver } from "../parts/states";
import { exact, timeOfDay } from "../parts/times";

const PAGE = 200;

export function Events({ play, pick }: { play: Play; pick: (layerId: string) => void }) {
  const found = useInfiniteQuery({
    queryKey: ["events", play.id],
    queryFn: ({ pageParam, signal }) =>
      get("/plays/{play_id}/events", { path: { play_id: play.id }, query: { after: pageParam, size: PAGE }, signal }),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: isOver(play.state) ? false : 2000,
  });
  if (found.isError && !found.data) return <ErrorNotice error={found.error} retry={() => void found.refetch()} />;
  const rows = found.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <div className="events">
      <table>
        <thead>
          <tr>
            <th scope="col">No.</th>
            <th scope="col">When</th>
            <th scope="col">What</th>
            <th scope="col">Step</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.seq}>
              <td>{row.seq}</td>
              <td>
                <time dateTime={row.timestamp} title={exact(row.timestamp)}>
                  {timeOfDay(row.timestamp)}
                </time>
              </td>
              <td>{row.type}</td>
              <td>
                {row.layerId && (
                  <button type="button" className="plain" onClick={() => pick(row.layerId!)}>
                    {row.layerId}
                  </button>
                )}
              </td>
              <td>{row.state && <State state={row.state} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.isPending && <p className="quiet">Loading …</p>}
      {found.hasNextPage && (
        <button type="button" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          More lines
        </button>
      )}
    </div>
  );
}
