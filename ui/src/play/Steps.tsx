// The waterfall: one row for each flowlet, and when it ran. Only the rows in sight are in the page.
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import type { LayerOfPlay, Play } from "../api/types";
import { eventsBehind } from "../live/usePlay";
import { State, useNow } from "../parts/parts";
import { isOver, look } from "../parts/states";
import { duration } from "../parts/times";
import { useUrl } from "../shell/url";
import { attemptsOf, type Attempt } from "./attempts";
import { refOf, stepId, unmetText, type Step } from "./model";
import { scaleOf, type Scale, type Span } from "./scale";

const ROW = 30;

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
  const scale = useMemo(() => scaleOf(spansOf(steps, now, attempts), fold), [play, now, fold, attempts]);
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 6 });
  const ref = at === null ? null : refOf(at);
  useEffect(() => {
    const place = shown.findIndex((step) => step.layer.ref === ref);
    if (place >= 0) virtual.scrollToIndex(place, { align: "auto" });
  }, [ref]);
  return (
    <div className="steps">
      <div className="steps-head">
        <select aria-label="Which steps" value={params.get("only") ?? ""} onChange={(event) => change({ only: event.target.value })}>
          <option value="">all {steps.length} steps</option>
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
      </div>
      {shown.length === 0 && <p className="quiet">No step fits.</p>}
      <div className="steps-rows" ref={box} role="listbox" aria-label="Steps" tabIndex={-1}>
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
                <Row step={step} scale={scale} bars={barsOf(step.layer, now, attempts)} />
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
}

function Row({ step, scale, bars }: RowProps) {
  const { layer, depth, isRoot } = step;
  const { colour } = look(isRoot ? "FAIL" : layer.state);
  return (
    <>
      <span className="step-name" style={{ paddingLeft: `${depth}rem` }} title={layer.name ?? layer.ref}>
        {layer.state ? <State state={layer.state} brief /> : <span className="quiet">↻</span>} {layer.name ?? layer.ref}
        {isRoot && <span className="unseen">, the root failure</span>}
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

interface Bar extends Span {
  isRetried: boolean;
}

type Attempts = ReadonlyMap<string, readonly Attempt[]>;
const NONE: Attempts = new Map();

/** The attempts of every step; asked for only where something was tried more than once. */
function useAttempts(play: Play): Attempts {
  const count = play.layers.reduce((sum, layer) => sum + (layer.attempts > 1 ? layer.attempts : 0), 0);
  const found = useQuery({
    queryKey: ["attempts", play.id, play.state, count],
    queryFn: async () => attemptsOf(await eventsBehind(play.id, 0)),
    enabled: count > 0,
    staleTime: Infinity,
    placeholderData: (before) => before,
    structuralSharing: false,
  });
  return found.data ?? NONE;
}

/** The bars of a row: one for each attempt, or one from the beginning to the end. */
function barsOf(layer: LayerOfPlay, now: number, attempts: Attempts): Bar[] {
  if (!layer.startedAt) return [];
  const from = Date.parse(layer.startedAt);
  const to = layer.endedAt ? Date.parse(layer.endedAt) : now || from;
  const tried = layer.attempts > 1 && layer.layerId !== null ? (attempts.get(layer.layerId) ?? []) : [];
  if (tried.length < 2) return [{ from, to, isRetried: false }];
  return tried.map((each) => ({ from: each.from, to: each.to ?? to, isRetried: each.isRetried }));
}

/** When something ran. What waited for a person or a time counts at its two ends only, so that waits can fold. */
function spansOf(steps: readonly Step[], now: number, attempts: Attempts): Span[] {
  return steps.flatMap(({ layer }) => {
    const bars = barsOf(layer, now, attempts);
    if (!layer.waiting && !layer.decision) return bars;
    return bars.flatMap(({ from, to }) => [{ from, to: from }, { from: to, to }]);
  });
}
