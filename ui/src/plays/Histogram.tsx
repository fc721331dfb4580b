// How many plays were accepted when, by state, counted by the server. Drag over it to choose a span of time.
import { useQuery } from "@tanstack/react-query";
import { useState, type PointerEvent } from "react";
import { get } from "../api/client";
import { look } from "../parts/states";
import { exact } from "../parts/times";
import type { asked } from "./filters";

const BUCKETS = 60;
const HEIGHT = 44;
const POLL_MS = 10_000;
const ORDER = ["bad", "late", "busy", "quiet", "good"];

interface Props {
  query: ReturnType<typeof asked>;
  choose: (from: string, to: string) => void;
}

export function Histogram({ query, choose }: Props) {
  const { state, flow, trigger, text, from, to } = query;
  const found = useQuery({
    queryKey: ["plays", "histogram", query],
    queryFn: ({ signal }) => get("/plays/histogram", { query: { state, flow, trigger, text, from, to, buckets: BUCKETS }, signal }),
    refetchInterval: POLL_MS,
    placeholderData: (before) => before,
  });
  const [drag, setDrag] = useState<[number, number] | null>(null);
  if (found.isError) return <p className="quiet">The counts could not be loaded: {found.error.message}</p>;
  if (!found.data) return <div className="histogram" />;
  const buckets = found.data.data;
  const most = Math.max(1, ...buckets.map((bucket) => bucket.total));
  const total = buckets.reduce((sum, bucket) => sum + bucket.total, 0);
  const placeOf = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(buckets.length - 1, Math.floor(((event.clientX - box.left) / box.width) * buckets.length)));
  };
  const end = () => {
    if (!drag) return;
    const [low, high] = [Math.min(...drag), Math.max(...drag)];
    setDrag(null);
    choose(buckets[low]!.from, buckets[high + 1]?.from ?? found.data.to);
  };
  return (
    <figure className="histogram">
      <svg
        viewBox={`0 0 ${buckets.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${total} plays from ${exact(found.data.from)} to ${exact(found.data.to)}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag([placeOf(event), placeOf(event)]);
        }}
        onPointerMove={(event) => drag && setDrag([drag[0], placeOf(event)])}
        onPointerUp={end}
      >
        {drag && <rect className="brush" x={Math.min(...drag)} width={Math.abs(drag[1] - drag[0]) + 1} height={HEIGHT} />}
        {buckets.map((bucket, place) => (
          <Bar key={bucket.from} counts={bucket.counts} place={place} most={most} />
        ))}
      </svg>
      <figcaption className="quiet">
        <span>{exact(found.data.from)}</span>
        <span>{total.toLocaleString()} {total === 1 ? "play" : "plays"} by state · drag to choose a span</span>
        <span>{exact(found.data.to)}</span>
      </figcaption>
    </figure>
  );
}

function Bar({ counts, place, most }: { counts: Record<string, number>; place: number; most: number }) {
  const byColour = new Map<string, number>();
  for (const [state, count] of Object.entries(counts)) {
    const { colour } = look(state);
    byColour.set(colour, (byColour.get(colour) ?? 0) + count);
  }
  let top = HEIGHT;
  return ORDER.filter((colour) => byColour.get(colour)).map((colour) => {
    const height = Math.max(1.5, (byColour.get(colour)! / most) * (HEIGHT - 2));
    top -= height;
    return <rect key={colour} className={`bar ${colour}`} x={place + 0.08} width={0.84} y={top} height={height} />;
  });
}
