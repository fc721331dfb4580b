// Fill from upstream: each free setting with what it could read; every line is taken or left.
import { useEffect, useState } from "react";
import { ancestorsOf } from "../editor/model/order";
import type { Flowlet, FlowText } from "../editor/model/types";
import { brief } from "../forms/expression/ValueBeside";
import { labelOf } from "../forms/schema";
import type { JsonSchema } from "../forms/types";
import { Dialog } from "../shell/Dialog";
import "../style/settings-around.css";
import { wholeOf } from "./known";
import { offersFor, type Offer, type Readable } from "./mapping";
import type { Testing } from "./types";
import type { ModuleShape } from "./useModule";

interface Props {
  text: FlowText;
  chosen: Flowlet;
  module: ModuleShape;
  testing: Testing;
  onClose: () => void;
  onAccept: (args: Record<string, unknown>) => void;
}

const MOST_READ = 20;

export function FillIn({ text, chosen, module, testing, onClose, onAccept }: Props) {
  const [offers, setOffers] = useState<Offer[] | null>(null);
  const [refused, setRefused] = useState<ReadonlySet<string>>(new Set());
  const schema = module.args as JsonSchema;
  useEffect(() => {
    let isOff = false;
    void readable(text, chosen, testing).then((found) => !isOff && setOffers(offersFor(schema, chosen.args ?? {}, found)));
    return () => void (isOff = true);
  }, []);
  const taken = (offers ?? []).filter((each) => !refused.has(each.field));
  const turn = (field: string) => setRefused((before) => (before.has(field) ? new Set([...before].filter((each) => each !== field)) : new Set([...before, field])));
  const accept = () => {
    onAccept({ ...chosen.args, ...Object.fromEntries(taken.map((each) => [each.field, `{{ ${each.path} }}`])) });
    onClose();
  };
  return (
    <Dialog title={`Fill ${chosen.ref} from upstream`} onClose={onClose}>
      {offers === null && <p className="quiet">Looking at what the flowlets before it gave …</p>}
      {offers?.length === 0 && <p>Nothing before {chosen.ref} looks like one of its free settings. Test the flowlets before it, so that there are data to look at, or pick rows in the Input pane.</p>}
      {offers && offers.length > 0 && (
        <ul className="settings-offers">
          {offers.map((each) => (
            <li key={each.field}>
              <label>
                <input type="checkbox" checked={!refused.has(each.field)} onChange={() => turn(each.field)} />
                <span>
                  <strong>{labelOf(each.field, schema.properties?.[each.field] ?? {})}</strong> ← <code>{each.path}</code>
                  <br />
                  <span className="quiet">
                    {brief(each.value).slice(0, 80)} · {each.why}
                  </span>
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
      <div className="buttons">
        <button type="button" className="main" disabled={!taken.length} onClick={accept}>
          Take {taken.length} of {offers?.length ?? 0}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}

/** The nearest flowlets' outputs, then the args of the play. */
async function readable(text: FlowText, chosen: Flowlet, testing: Testing): Promise<Readable[]> {
  const before = ancestorsOf(text, chosen.ref);
  const refs = text.flowlets.map((each) => each.ref).filter((ref) => before.has(ref)).reverse().slice(0, MOST_READ);
  const outputs = await Promise.all(
    refs.map(async (ref) => {
      const known = await testing.output(ref);
      return known ? [{ root: "prev", steps: [ref], value: (await wholeOf(known)).value }] : [];
    }),
  );
  const args = testing.play && !testing.play.argsTruncated ? testing.play.args : testing.args;
  return [...outputs.flat(), { root: "args", steps: [], value: args }];
}
