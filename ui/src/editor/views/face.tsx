// What every card and row says of its flowlet: what it is, how its last play went, what is wrong with it.
import { State } from "../../parts/parts";
import { duration } from "../../parts/times";
import type { LayerOfPlay } from "../../api/types";
import type { Flowlet } from "../model/types";

/** The state of its last play or test, and how long it took. */
export function LastData({ layer, isPinned }: { layer: LayerOfPlay | undefined; isPinned: boolean }) {
  return (
    <>
      {isPinned && <span className="editor-mark">pinned</span>}
      {layer?.state && <State state={layer.state} brief />}
      {layer?.state && layer.durationMs !== null && <span className="quiet">{duration(layer.durationMs)}</span>}
    </>
  );
}

export function Marks({ flowlet, problems }: { flowlet: Flowlet; problems: number }) {
  return (
    <>
      {flowlet.needsApproval && <span className="editor-mark">approval</span>}
      {(flowlet.filters?.length ?? 0) > 0 && <span className="editor-mark">if</span>}
      {flowlet.disabled && <span className="editor-mark">off</span>}
      {problems > 0 && (
        <span className="editor-count" aria-hidden="true">
          {problems}
        </span>
      )}
    </>
  );
}

/** What only a picture shows, for those who hear the page. */
export function Heard({ flowlet, stage, problems }: { flowlet: Flowlet; stage: number; problems: number }) {
  const wrong = problems > 0 && `${problems} ${problems === 1 ? "problem" : "problems"}`;
  return <span className="unseen">{[`stage ${stage + 1}`, flowlet.disabled && "disabled", wrong].filter(Boolean).join(", ")}</span>;
}
