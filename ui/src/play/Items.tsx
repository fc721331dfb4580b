// The items of a loop: what became of each, the failed ones at hand, and the layers of the one that is open.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../api/client";
import type { Play } from "../api/types";
import { ErrorNotice, State } from "../parts/parts";
import { isOver } from "../parts/states";
import { duration } from "../parts/times";
import { useUrl } from "../shell/url";

const PAGE = 50;
const STATES = { "": "all", FAIL: "failed", RUN: "running", DONE: "done" };

export function Items({ play, layerId, only }: { play: Play; layerId: string; only?: string }) {
  const [, change] = useUrl();
  const loop = play.layers.find((layer) => layer.layerId === layerId)?.loop;
  const [state, setState] = useState(loop?.failed ? "FAIL" : "");
  const found = useInfiniteQuery({
    queryKey: ["items", play.id, layerId, state],
    queryFn: ({ pageParam, signal }) =>
      get("/plays/{play_id}/layers/{layer_id}/iterations", {
        path: { play_id: play.id, layer_id: layerId },
        query: { size: PAGE, state: state ? [state] : [], after: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: isOver(play.state) ? false : 3000,
  });
  if (found.isError && !found.data) return <ErrorNotice error={found.error} retry={() => void found.refetch()} />;
  const rows = found.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <div className="items">
      <label>
        Show{" "}
        <select value={state} onChange={(event) => setState(event.target.value)}>
          {Object.entries(STATES).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {found.isSuccess && rows.length === 0 && <p className="quiet">No item is {state ? STATES[state as keyof typeof STATES] : "there"}.</p>}
      <ul>
        {rows.map((row) => (
          <li key={row.index}>
            <State state={row.state} /> <strong>item {row.index}</strong>
            <span className="item-layers">
              {row.layers
                .filter((layer) => !only || layer.ref === only)
                .map((layer) => (
                  <button key={layer.layerId} type="button" className="plain" onClick={() => change({ step: layer.layerId, part: null }, { push: true })}>
                    <State state={layer.state} brief /> {layer.ref} {layer.durationMs !== null && <span className="quiet">{duration(layer.durationMs)}</span>}
                  </button>
                ))}
            </span>
            {row.error && <p className="note bad">{row.error.message}</p>}
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <button type="button" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          More items
        </button>
      )}
    </div>
  );
}
