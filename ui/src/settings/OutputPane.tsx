// What the flowlet gave last, and the pin: an output that stands in its place, in tests only.
import { useState } from "react";
import type { LayerOfPlay } from "../api/types";
import type { Flowlet } from "../editor/model/types";
import { State } from "../parts/parts";
import { duration } from "../parts/times";
import { unmetText } from "../play/model";
import { DataView } from "./DataView";
import { wholeOf } from "./known";
import { PinEditor } from "./PinEditor";
import type { Known, Testing } from "./types";
import { useKnown } from "./useKnown";

export function OutputPane({ chosen, testing, mayPin }: { chosen: Flowlet; testing: Testing; mayPin: boolean }) {
  const { ref } = chosen;
  const layer = testing.layers.get(ref);
  const isPinned = testing.pins.has(ref);
  const [isEditing, setIsEditing] = useState(false);
  const [trouble, setTrouble] = useState("");
  const { known, isLoading } = useKnown(() => testing.output(ref), [ref, testing.play, testing.pins]);
  const pinLast = async () => {
    const whole = known && (await wholeOf(known));
    if (whole && !whole.isCut) testing.pin(ref, whole.value);
    else setTrouble("This output is too large to be pinned.");
  };
  return (
    <section className="settings-pane" aria-label="Output">
      <p className="settings-source">
        {layer && <State state={layer.state} />}
        {layer?.durationMs != null && <span className="quiet">{duration(layer.durationMs)}</span>}
      </p>
      {layer?.error && <p className="notice bad">{layer.error.message}</p>}
      {layer && <Unmet layer={layer} />}
      {chosen.inside ? (
        <p className="settings-hint quiet">It stands in a loop: this is the output for the first item.</p>
      ) : mayPin ? (
        <div className="buttons settings-pins">
          {isPinned ? (
            <button type="button" onClick={() => testing.unpin(ref)}>
              Unpin
            </button>
          ) : (
            <button type="button" disabled={!known} onClick={() => void pinLast()}>
              Pin this output
            </button>
          )}
          <button type="button" onClick={() => setIsEditing(true)}>
            {isPinned ? "Edit the pin" : "Pin something else"}
          </button>
        </div>
      ) : null}
      {isPinned && <p className="settings-pinned">Pinned: in tests this output stands in place of running {ref}. Nothing but tests ever uses it.</p>}
      {trouble && <p className="notice bad">{trouble}</p>}
      {known ? <DataView known={known} label={`Output of ${ref}`} base={null} /> : <p className="quiet">{isLoading ? "Loading …" : said(testing, layer)}</p>}
      {isEditing && <PinEditor flowlet={ref} start={startOf(known)} onClose={() => setIsEditing(false)} onPin={(value) => testing.pin(ref, value)} />}
    </section>
  );
}

function startOf(known: Known | null): unknown {
  return known && !known.isCut ? known.value : {};
}

function said(testing: Testing, layer: LayerOfPlay | undefined): string {
  if (testing.state === "running") return "The test runs; its output shows here.";
  return layer ? "It gave no output." : "It has not run yet. Test it, and its output shows here.";
}

/** Which conditions did not hold, with the values that they saw. */
function Unmet({ layer }: { layer: LayerOfPlay }) {
  return layer.unmet.map((each) => (
    <p key={String(each.position)} className="notice">
      Not run, since this does not hold: <code>{unmetText(each)}</code>
    </p>
  ));
}
