// What modules logged: of the whole play or of one step, with a search and a link to each step.
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { get } from "../api/client";
import type { LogLine, Play } from "../api/types";
import { ErrorNotice } from "../parts/parts";
import { isOver } from "../parts/states";
import { exact, timeOfDay } from "../parts/times";
import { useUrl } from "../shell/url";

const MOST = 1000;
const ROW = 22;
const POLL_MS = 2000;

export function Logs({ play }: { play: Play }) {
  return <LogLines play={play} layerId={null} />;
}

export function LogLines({ play, layerId }: { play: Play; layerId: string | null }) {
  const [, change] = useUrl();
  const [wanted, setWanted] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(!isOver(play.state));
  const found = useQuery({
    queryKey: ["logs", play.id],
    queryFn: ({ signal }) => get("/plays/{play_id}/logs", { path: { play_id: play.id }, query: { size: MOST }, signal }),
    refetchInterval: isOver(play.state) ? false : POLL_MS,
  });
  const lines = (found.data?.data ?? []).filter((line) => fits(line, layerId, wanted));
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 10,
    measureElement: (element) => element.getBoundingClientRect().height,
  });
  useEffect(() => {
    if (follows.current && lines.length) virtual.scrollToIndex(lines.length - 1);
  }, [lines.length]);
  if (found.isError && !found.data) return <ErrorNotice error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <p className="quiet">Loading …</p>;
  return (
    <div className="logs">
      <div className="steps-head">
        <input type="search" aria-label="Find in the log" placeholder="Find in the log …" value={wanted} onChange={(event) => setWanted(event.target.value)} />
        <span className="quiet">
          {lines.length} {lines.length === 1 ? "line" : "lines"}
          {found.data.data.length >= MOST && "; the last 1,000 of the play are kept"}
        </span>
      </div>
      {lines.length === 0 && <p className="quiet">{wanted ? "No line fits." : "Nothing was logged."}</p>}
      <div
        className="log-rows"
        ref={box}
        role="log"
        aria-label="Log"
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          follows.current = scrollHeight - scrollTop - clientHeight < ROW * 2;
        }}
      >
        <div className="canvas" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index]!;
            return (
              <div key={line.n} data-index={item.index} ref={virtual.measureElement} className="log-row" style={{ transform: `translateY(${item.start}px)` }}>
                <time className="quiet" dateTime={line.timestamp} title={exact(line.timestamp)}>
                  {timeOfDay(line.timestamp)}
                </time>
                {layerId === null && (
                  <button type="button" className="plain" onClick={() => change({ view: null, step: line.layerId, part: "logs" }, { push: true })}>
                    {line.layerId}
                  </button>
                )}
                <span className="log-text">{line.message}</span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function fits(line: LogLine, layerId: string | null, wanted: string): boolean {
  return (layerId === null || line.layerId === layerId) && line.message.toLowerCase().includes(wanted.toLowerCase());
}
