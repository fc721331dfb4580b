// A value in a pane: where it is from, how large it is, a tree whose rows go into the setting in focus.
import { useEffect, useState } from "react";
import { JsonTree, type Picking } from "../data/JsonTree";
import { fetchedSource, sourceOf, type Source } from "../data/source";
import { Tree } from "../data/tree";
import { DRAGGED, insertPath } from "../forms/target";
import { Copy, ErrorNotice } from "../parts/parts";
import { bytes } from "../parts/times";
import type { From, Known } from "./types";

const FROM: Record<From, string> = { pin: "pinned", test: "last test", play: "last play", example: "the module's example" };

interface Props {
  known: Known;
  label: string;
  /** The path of the value itself, where expressions can read it. */
  base: string | null;
}

export function DataView({ known, label, base }: Props) {
  const [source, setSource] = useState<Source | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [said, setSaid] = useState("");
  useEffect(() => {
    const made = known.isCut ? null : sourceOf(new Tree(known.value));
    setSource(made);
    setError(null);
  }, [known]);
  useEffect(() => () => source?.close(), [source]);
  const openAll = () => fetchedSource(known.raw!).then(setSource, setError);
  const pick = (path: string) => setSaid(insertPath(path) ? `${path} put in.` : "Choose a setting first: then a row goes into it.");
  const picking: { picking?: Picking } = base === null ? {} : { picking: { base, pick, dragged: DRAGGED } };
  const all = async () => (known.raw ? (await fetch(known.raw)).text() : JSON.stringify(known.value, null, 2));
  return (
    <div className="settings-data">
      <p className="settings-source">
        <span className={`settings-from settings-from-${known.from}`}>{FROM[known.from]}</span>
        {known.size !== null && <span className="quiet">{bytes(known.size)}</span>}
        <Copy text={all}>Copy</Copy>
      </p>
      {known.isCut && !source && (
        <p className="notice">
          It is large; its beginning is shown as text. The flowlet itself had all of it.{" "}
          <button type="button" onClick={() => void openAll()}>
            Open all {known.size !== null && bytes(known.size)}
          </button>
        </p>
      )}
      {error && <ErrorNotice error={error} />}
      {source ? <JsonTree source={source} label={label} {...picking} /> : known.isCut && <pre className="beginning">{String(known.value).slice(0, 2000)} …</pre>}
      <p role="status" className={said.endsWith("put in.") ? "unseen" : "quiet"}>
        {said}
      </p>
    </div>
  );
}
