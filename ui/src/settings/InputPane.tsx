// What can be read here: outputs of earlier flowlets and the args, each as a tree whose rows go into settings.
import { useMemo, useState } from "react";
import { ancestorsOf } from "../editor/model/order";
import { spokenIn, textsIn } from "../editor/model/expressions";
import type { Flowlet, FlowText } from "../editor/model/types";
import { useTargetLabel } from "../forms/target";
import { DataView } from "./DataView";
import { sizeOf } from "./sizes";
import type { Known, Testing } from "./types";
import { useKnown } from "./useKnown";

const ARGS = "$args";
const OWN = "$own";

export function InputPane({ text, chosen, testing }: { text: FlowText; chosen: Flowlet; testing: Testing }) {
  const before = useMemo(() => earlier(text, chosen), [text.flowlets.length, chosen.ref, chosen.after, chosen.index, chosen.inside]);
  const [wanted, setWanted] = useState<string | null>(null);
  const target = useTargetLabel();
  const shown = wanted ?? firstOf(chosen, before);
  const { known, isLoading } = useKnown(() => readOf(shown, chosen, testing), [shown, testing.play, testing.pins, testing.args]);
  const base = shown === ARGS ? ARGS : shown === OWN ? null : `$prev.${shown}`;
  return (
    <section className="settings-pane" aria-label="Input">
      <label className="settings-choose">
        <span>Read from</span>
        <select value={shown} onChange={(event) => setWanted(event.target.value)}>
          <option value={ARGS}>The args of the play</option>
          {before.map((ref) => (
            <option key={ref} value={ref}>
              {ref}
              {testing.pins.has(ref) ? " (pinned)" : ""}
            </option>
          ))}
          <option value={OWN}>What {chosen.ref} was given</option>
        </select>
      </label>
      <p className="settings-hint quiet">{base === null ? "Its settings as they were, with every expression worked out." : target ? `A row goes into “${target}”: click it, drag it, or press Enter on it.` : "Put the cursor into a setting; then a row of this goes into it."}</p>
      {known ? <DataView known={known} label={`Output of ${shown}`} base={base} /> : <p className="quiet">{isLoading ? "Loading …" : nothing(shown, testing)}</p>}
    </section>
  );
}

function nothing(shown: string, testing: Testing): string {
  if (testing.state === "running") return "The test runs; its data show here.";
  return shown === OWN ? "It has not run yet." : "It has given nothing yet. Test up to here, and its output shows.";
}

async function readOf(shown: string, chosen: Flowlet, testing: Testing): Promise<Known | null> {
  if (shown === OWN) return testing.input(chosen.ref);
  if (shown !== ARGS) return testing.output(shown);
  const value = testing.play && !testing.play.argsTruncated ? testing.play.args : testing.args;
  return { value, from: testing.from ?? "test", size: sizeOf(value), isCut: false, raw: null };
}

/** What is certainly finished before, the nearest first. */
function earlier(text: FlowText, chosen: Flowlet): string[] {
  const found = ancestorsOf(text, chosen.ref);
  return text.flowlets.map((each) => each.ref).filter((ref) => found.has(ref)).reverse();
}

/** The flowlet that the settings read already, else the nearest one before, else the args. */
function firstOf(chosen: Flowlet, before: readonly string[]): string {
  const spoken = [...textsIn(chosen.args ?? {})].flatMap(({ text }) => spokenIn(text).map((each) => each.ref));
  return spoken.find((ref) => before.includes(ref)) ?? before[0] ?? ARGS;
}
