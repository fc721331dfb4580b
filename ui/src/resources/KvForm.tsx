// Gives an entry a value. An old value is overwritten only after a second look; of two that write at once both are told.
import { useState, type TextareaHTMLAttributes } from "react";
import { ApiError, get, post, put } from "../api/client";
import type { Entry } from "../api/types";
import { useAct } from "../desk/Ask";
import { Field, Form, Tick } from "../desk/Form";
import { Overwrite } from "./Overwrite";
import { typedOf, valueOf, type Scope } from "./kv";

interface Props {
  entry?: Entry;
  place: { scope: Scope; of: string };
  placeName: string;
  /** What is there already, to say what a new one hides. */
  taken: readonly Entry[];
  onDone: () => void;
  onClose: () => void;
}

export function KvForm({ entry, place, placeName, taken, onDone, onClose }: Props) {
  const { error, busy, run, setError } = useAct(onDone);
  const before = typedOf(entry?.readable ? entry.value : "");
  const [key, setKey] = useState(entry?.key ?? "");
  const [typed, setTyped] = useState(before.typed);
  const [asJson, setAsJson] = useState(before.asJson);
  const [readable, setReadable] = useState(entry?.readable ?? false);
  const [over, setOver] = useState<Entry | null>(null);
  const save = () => {
    try {
      valueOf(typed, asJson);
    } catch (problem) {
      return setError(new Error(`The value is not JSON: ${(problem as Error).message}`));
    }
    setError(null);
    if (entry) setOver(entry);
    else void run(make);
  };
  const make = () => {
    const where = place.scope === "global" ? {} : place.scope === "flow" ? { flow: place.of } : { group: place.of };
    return post("/kv", { body: { key, value: valueOf(typed, asJson), readable, scope: place.scope, ...where } });
  };
  const overwrite = (old: Entry) =>
    run(async () => {
      try {
        await put("/kv/{entry_id}", { path: { entry_id: old.id }, ifMatch: old.rev, body: { value: valueOf(typed, asJson), readable } });
      } catch (refused) {
        if (refused instanceof ApiError && refused.code === "KV_CHANGED")
          setOver(await get("/kv/{entry_id}", { path: { entry_id: old.id } }));
        else setOver(null);
        throw refused;
      }
    });
  if (over) return <Overwrite old={over} first={entry!} typed={typed} readable={readable} error={error} busy={busy} onYes={() => void overwrite(over)} onBack={() => setOver(null)} onClose={onClose} />;
  const hides = taken.find((each) => each.key === key && each.scope !== place.scope);
  return (
    <Form title={entry ? `Another value for ${entry.key}` : `New entry for ${placeName}`} save={entry ? "Go on" : "Keep it"} {...{ error, busy, onClose }} onSave={save}>
      {!entry && (
        <Field label="Key" path="key" error={error} hint={hides ? `For this flow it hides the entry of the scope ${hides.scope}.` : <>Flows read it as <code>$kv.{key || "key"}</code>.</>}>
          <input value={key} required autoFocus spellCheck={false} onChange={(event) => setKey(event.target.value)} />
        </Field>
      )}
      <Field label="Value" path="value" error={error} hint={entry && !entry.readable ? "The old value is never shown." : undefined}>
        <Area initial={typed} autoFocus={Boolean(entry)} onChange={(event) => setTyped(event.target.value)} />
      </Field>
      <Tick label="The value is JSON (a number, a list, an object)" on={asJson} onChange={setAsJson} />
      <Tick label="Readable: whoever may view sees the value. Otherwise it is a secret, kept out of outputs and logs." on={readable} onChange={setReadable} />
    </Form>
  );
}

/** A text field that React does not write into the page while one types: the value may be a secret. */
function Area({ initial, ...rest }: { initial: string } & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const [first] = useState(initial);
  return <textarea className="desk-short" defaultValue={first} spellCheck={false} {...rest} />;
}
