// The sheet of keys: what this screen takes, and whether single letters count.
import { useState } from "react";
import { Dialog } from "./Dialog";
import { EVERYWHERE, keysTaken, setSingleKeysOff, singleKeysAreOff } from "./keys";

export function Shortcuts({ onClose }: { onClose: () => void }) {
  const [off, setOff] = useState(singleKeysAreOff());
  const change = (now: boolean) => {
    setSingleKeysOff(now);
    setOff(now);
  };
  return (
    <Dialog title="Keys" onClose={onClose} className="sheet">
      {ofTheScreenFirst(keysTaken().filter((layer) => layer.keys.some((key) => key.keys))).map((layer) => (
        <section key={layer.title}>
          <h3>{layer.title}</h3>
          <dl className="keys">
            {layer.keys.filter((key) => key.keys).map((key) => (
              <div key={key.keys}>
                <dt>
                  <kbd>{key.keys}</kbd>
                </dt>
                <dd>{key.label}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <label className="check">
        <input type="checkbox" checked={off} onChange={(event) => change(event.target.checked)} /> Single letters do nothing
      </label>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </Dialog>
  );
}

function ofTheScreenFirst<T extends { title: string }>(layers: readonly T[]): T[] {
  const isLast = (layer: T) => Number(layer.title === EVERYWHERE);
  return [...layers].sort((a, b) => isLast(a) - isLast(b));
}
