// The waterfall: one row for each flowlet, and when it ran. Only the rows in sight are in the page.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import type { Play } from "../api/types";
import { State, useNow } from "../parts/parts";
import { isOver, look } from "../parts/states";
import { duration } from "../parts/times";
import { useUrl, type Change } from "../shell/url";
import { useKeys } from "../shell/keys";
import { Axis } from "./Axis";
import { barsOf, spansOf, useAttempts, type Bar } from "./bars";
import { zoomOf, zoomText, zoomTo, zoomed, type Zoom } from "./zoom";
import { closedText, refOf, stepId, unmetText, type Step } from "./model";
import { scaleOf, type Scale } from "./scale";

const ROW = 30;
const AXIS = 22;

interface Props {
  play: Play;
  steps: readonly Step[];
  shown: readonly Step[];
  at: string | null;
  pick: (id: string) => void;
}

export function Steps({ play, steps, shown, at, pick }: Props) {
  const [params, change] = useUrl();
  const box = useRef<HTMLDivElement>(null);
  const tick = useNow();
  const now = isOver(play.state) ? 0 : tick;
  const fold = params.get("fold") !== "no";
  const attempts = useAttempts(play);
  const whole = useMemo(() => scaleOf(spansOf(steps, now, attempts), fold), [play, now, fold, attempts]);
  const zoom = zoomOf(params.get("zoom"));
  const scale = zoomed(whole, zoom);
  const look = (next: Zoom | null) => change({ zoom: next && zoomText(next) });
  const axis = whole.to > whole.from ? AXIS : 0;
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 6, paddingStart: axis, scrollPaddingStart: axis });
  const ref = at === null ? null : refOf(at);
  useEffect(() => {
    const place = shown.findIndex((step) => step.layer.ref === ref);
    if (place >= 0) virtual.scrollToIndex(place, { align: "auto" });
  }, [ref]);
  const here = shown.find((step) => step.layer.ref === ref);
  const bars = here ? barsOf(here.layer, now, attempts) : [];
  const closer = () => bars.length > 0 && look(zoomTo(whole, bars[0]!.from, bars.at(-1)!.to));
  const turn = (loop: string, more: Change = {}) => change({ closed: closedText(params.get("closed"), loop), ...more });
  /** The loop that the step is, or the one around it. */
  const turnTo = (wanted: boolean) => {
    const loop = here?.hasInside ? here : steps.find((step) => step.layer.ref === here?.layer.inside);
    if (!loop || loop.isClosed === wanted) return;
    turn(loop.layer.ref, wanted ? { step: stepId(loop.layer) } : {});
  };
  useKeys("Waterfall", [
    { keys: "z", label: "The whole play again", run: () => look(null) },
    { keys: "Shift Z", label: "Look closer at the step", run: closer },
    { keys: "h", label: "Fold the loop", run: () => turnTo(true) },
    { keys: "l", label: "Unfold the loop", run: () => turnTo(false) },
  ]);
  return (
    <div className="steps">
      <div className="steps-head">
        <select aria-label="Which steps" value={params.get("only") ?? ""} onChange={(event) => change({ only: event.target.value })}>
          <option value="">{steps.length === 1 ? "the step" : `all ${steps.length} steps`}</option>
          <option value="failed">failed</option>
          <option value="RUN">running</option>
          <option value="WAIT">waiting</option>
          <option value="SKIP">skipped</option>
          <option value="FILTERED">filtered</option>
        </select>
        <input
          type="search"
          aria-label="Find a step"
          placeholder="Find a step …"
          value={params.get("find") ?? ""}
          onChange={(event) => change({ find: event.target.value })}
        />
        <label className="check">
          <input type="checkbox" checked={fold} onChange={(event) => change({ fold: event.target.checked ? null : "no" })} /> Fold gaps
        </label>
        {params.get("zoom") ? (
          <button type="button" title="z" onClick={() => look(null)}>
            Whole play
          </button>
        ) : (
          <button type="button" title="Shift Z; or drag over the times" disabled={bars.length === 0} onClick={closer}>
            Look closer
          </button>
        )}
      </div>
      {shown.length === 0 && <p className="quiet">No step fits.</p>}
      <div className="steps-rows" ref={box} role="listbox" aria-label="Steps" tabIndex={-1}>
        {axis > 0 && <Axis scale={scale} zoom={zoom} onZoom={look} />}
        <div className="canvas" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const step = shown[item.index]!;
            return (
              <div
                key={item.key}
                role="option"
                aria-selected={step.layer.ref === ref}
                tabIndex={step.layer.ref === ref ? 0 : -1}
                className={`step ${step.layer.ref === ref ? "here" : ""} ${step.isRoot ? "root" : ""}`}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={() => pick(stepId(step.layer))}
                onKeyDown={(event) => event.key === "Enter" && pick(stepId(step.layer))}
              >
                <Row step={step} scale={scale} bars={barsOf(step.layer, now, attempts)} onTurn={turn} />
              </div>
            );
          })}
        </div>
      </div>
      {scale.gaps.length > 0 && (
        <p className="quiet">Folded: {scale.gaps.map((gap) => duration(gap.lasted)).join(", ")} in which nothing ran.</p>
      )}
    </div>
  );
}

interface RowProps {
  step: Step;
  scale: Scale;
  bars: readonly Bar[];
  onTurn: (loop: string) => void;
}

function Row({ step, scale, bars, onTurn }: RowProps) {
  const { layer, depth, isRoot, isClosed, hasInside } = step;
  const { colour } = look(isRoot ? "FAIL" : layer.state);
  return (
    <>
      <span className="step-name" style={{ paddingLeft: `${depth}rem` }} title={layer.name ?? layer.ref}>
        {hasInside && (
          <span
            className="step-turn"
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              onTurn(layer.ref);
            }}
          >
            {isClosed ? "▸" : "▾"}
          </span>
        )}
        {layer.state ? <State state={layer.state} brief /> : <span className="quiet">↻</span>} {layer.name ?? layer.ref}
        {isRoot && <span className="unseen">, the root failure</span>}
        {hasInside && <span className="unseen">, {isClosed ? "folded" : "unfolded"}</span>}
      </span>
      <span className="step-took quiet">{layer.startedAt && layer.durationMs !== null ? duration(layer.durationMs) : ""}</span>
      <span className="step-line">
        {scale.gaps.map((gap) => (
          <span key={gap.at} className="gap" style={{ left: `${gap.at * 100}%`, width: `${gap.width * 100}%` }} />
        ))}
        {bars.map((bar) => (
          <span
            key={bar.from}
            className={`bar ${bar.isRetried ? "bad" : colour} ${layer.waiting || layer.decision ? "waits" : ""}`}
            style={{ left: `${scale.place(bar.from) * 100}%`, width: `${(scale.place(bar.to) - scale.place(bar.from)) * 100}%` }}
          />
        ))}
        <Note step={step} />
      </span>
    </>
  );
}

/** What a bar alone does not tell: counts of a loop, attempts, the condition that did not hold, the error. */
function Note({ step }: { step: Step }) {
  const { layer, isRoot } = step;
  const said: string[] = [];
  if (layer.loop) {
    const { count, done, failed } = layer.loop;
    said.push(`${done} of ${count} ok${failed ? `, ${failed} failed` : ""}`);
  }
  for (const [state, count] of Object.entries(layer.openStates)) said.push(`${count} ${look(state).word.toLowerCase()}`);
  if (layer.attempts > 1) said.push(`${layer.attempts} attempts`);
  if (layer.unmet[0]) said.push(unmetText(layer.unmet[0]));
  if (layer.error) said.push(layer.error.message);
  return said.length > 0 ? <span className={`note ${isRoot ? "bad" : ""}`}>{said.join(" · ")}</span> : null;
}
