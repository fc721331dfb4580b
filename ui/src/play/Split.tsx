// Two panes with a divider to drag, or to move with arrow keys; one under the other where it is narrow.
import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { useKeys } from "../shell/keys";

const KEPT = "flow8.split";
const STEP = 5;

interface Props {
  left: ReactNode;
  right: ReactNode;
  /** What stands at the left. */
  what?: string;
  kept?: string;
  /** The share of the left, in percent, until somebody chooses another. */
  usual?: number;
}

export function Split({ left, right, what = "steps", kept = KEPT, usual = 55 }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const share = useRef(Number(localStorage.getItem(kept)) || usual);
  const set = (percent: number) => {
    share.current = Math.max(25, Math.min(80, percent));
    box.current?.style.setProperty("--share", `${share.current}%`);
    localStorage.setItem(kept, String(share.current));
  };
  useKeys("Panes", [
    { keys: "[", label: `Narrower ${what}`, run: () => set(share.current - STEP) },
    { keys: "]", label: `Wider ${what}`, run: () => set(share.current + STEP) },
  ]);
  const drag = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const area = box.current!.getBoundingClientRect();
    set(((event.clientX - area.left) / area.width) * 100);
  };
  const hear = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (by) set(share.current + by);
  };
  return (
    <div className="split" ref={box} style={{ "--share": `${share.current}%` } as React.CSSProperties}>
      <div className="pane">{left}</div>
      <div
        className="divider"
        role="separator"
        aria-label={`Width of the ${what}`}
        aria-orientation="vertical"
        aria-valuenow={Math.round(share.current)}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={hear}
      />
      <div className="pane">{right}</div>
    </div>
  );
}
