// Above the waterfall: how long after the first step what is below it ran. Drag over it to look closer.
import { useState, type PointerEvent } from "react";
import { dragged, ticksOf, type Zoom } from "./zoom";
import type { Scale } from "./scale";

interface Props {
  scale: Scale;
  zoom: Zoom;
  onZoom: (zoom: Zoom) => void;
}

export function Axis({ scale, zoom, onZoom }: Props) {
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const shareOf = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
  };
  const end = () => {
    const next = drag && dragged(zoom, ...drag);
    setDrag(null);
    if (next) onZoom(next);
  };
  return (
    <div className="steps-axis" aria-hidden="true">
      <span
        className="step-line"
        title="Drag to look closer"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag([shareOf(event), shareOf(event)]);
        }}
        onPointerMove={(event) => drag && setDrag([drag[0], shareOf(event)])}
        onPointerUp={end}
        onPointerCancel={() => setDrag(null)}
      >
        {ticksOf(scale).map((tick) => (
          <span key={tick.at} className="tick" style={{ left: `${tick.at * 100}%` }}>
            {tick.words}
          </span>
        ))}
        {drag && <span className="brush" style={{ left: `${Math.min(...drag) * 100}%`, width: `${Math.abs(drag[1] - drag[0]) * 100}%` }} />}
      </span>
    </div>
  );
}
