// The rows of the list: only those in sight are in the page, however many there are.
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { PlayRow } from "../api/types";
import { Moment, State } from "../parts/parts";
import { duration } from "../parts/times";

interface Props {
  rows: readonly PlayRow[];
  at: string | null;
  chosen: ReadonlySet<string>;
  onChoose: (id: string, range: boolean) => void;
  hasMore: boolean;
  loadMore: () => void;
  isOld: boolean;
}

const WIDE = 46;
const NARROW = 64;
const AHEAD = 60;
/** Below this width a row takes two lines. */
const SLIM = 700;

export function Rows({ rows, at, chosen, onChoose, hasMore, loadMore, isOld }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const isSlim = useIsSlim(box);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (isSlim ? NARROW : WIDE),
    getItemKey: (place) => rows[place]!.id,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - AHEAD) loadMore();
  }, [last, rows.length, hasMore]);
  useEffect(() => {
    const place = rows.findIndex((row) => row.id === at);
    if (place >= 0) virtual.scrollToIndex(place, { align: "auto" });
  }, [at]);
  useEffect(() => virtual.measure(), [isSlim]);
  return (
    <div className={["rows", isOld && "old", isSlim && "slim"].filter(Boolean).join(" ")} ref={box} role="list" aria-label="Plays" aria-busy={isOld} tabIndex={-1}>
      <div className="canvas" role="presentation" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index]!;
          return (
            <div
              key={item.key}
              role="listitem"
              className={row.id === at ? "row here" : "row"}
              aria-current={row.id === at ? "true" : undefined}
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              <Row row={row} isChosen={chosen.has(row.id)} onChoose={onChoose} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function useIsSlim(box: React.RefObject<HTMLElement | null>): boolean {
  const [isSlim, setSlim] = useState(false);
  useEffect(() => {
    const watcher = new ResizeObserver(() => setSlim(box.current!.clientWidth < SLIM));
    watcher.observe(box.current!);
    return () => watcher.disconnect();
  }, [box]);
  return isSlim;
}

const Row = memo(function Row({ row, isChosen, onChoose }: { row: PlayRow; isChosen: boolean; onChoose: Props["onChoose"] }) {
  const failed = row.error?.ref;
  return (
    <>
      <input
        type="checkbox"
        aria-label={`Choose ${row.title ?? row.flow}`}
        checked={isChosen}
        onChange={(event) => onChoose(row.id, (event.nativeEvent as MouseEvent).shiftKey)}
      />
      <State state={row.state} />
      <span className="what">
        <Link className="whole" href={`/plays/${row.id}`}>
          {row.title ?? row.flow}
        </Link>
        <span className="quiet">
          {row.flow} {row.test ? "test of a draft" : `v${row.version}`} · {row.origin.door}
        </span>
      </span>
      <span className="why">
        {row.error && (
          <Link href={`/plays/${row.id}${failed ? `?step=${encodeURIComponent(failed)}` : ""}`}>
            {failed && <strong>{failed} · </strong>}
            {row.error.message}
          </Link>
        )}
      </span>
      <span className="took">{duration(row.durationMs)}</span>
      <span className="when quiet">
        <Moment at={row.createdAt} />
      </span>
    </>
  );
});
