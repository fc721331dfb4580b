// One value of a play: how large it is, whether all of it is here, and a tree to look through.
import { useEffect, useMemo, useState } from "react";
import { address } from "../api/client";
import { Copy, ErrorNotice } from "../parts/parts";
import { bytes } from "../parts/times";
import { filesIn } from "./files";
import { JsonTree } from "./JsonTree";
import { fetchedSource, sourceOf, type Source } from "./source";
import { Tree } from "./tree";

interface Props {
  label: string;
  value: unknown;
  size: number | null;
  /** The value is the beginning of its text; the rest is fetched only when somebody asks. */
  isCut: boolean;
  /** Where the whole of it is. */
  raw: string;
}

export function Value({ label, value, size, isCut, raw }: Props) {
  const [source, setSource] = useState<Source | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    setSource(isCut ? null : sourceOf(new Tree(value)));
    setError(null);
  }, [value, isCut, raw]);
  useEffect(() => () => source?.close(), [source]);
  const openAll = async () => {
    setBusy(true);
    setError(null);
    try {
      setSource(await fetchedSource(raw));
    } catch (refused) {
      setError(refused as Error);
    }
    setBusy(false);
  };
  const shown = isCut ? String(value).length : 0;
  return (
    <section className="value-view" aria-label={label}>
      <p className="value-head">
        <span className="quiet">{size !== null && bytes(size)}</span>
        <Copy text={async () => (await fetch(raw)).text()}>Copy</Copy>
        <a href={raw} download={`${label.toLowerCase().replace(/\W+/g, "-")}.json`}>
          Download
        </a>
      </p>
      {!isCut && <Files value={value} />}
      {isCut && !source && (
        <p className="notice">
          {size === null ? "It is large" : bytes(size)}; its first {bytes(shown)} are shown as text. The flowlet itself had all of it.{" "}
          <button type="button" disabled={busy} onClick={() => void openAll()}>
            {busy ? "Opening …" : `Open all${size === null ? "" : ` ${bytes(size)}`}`}
          </button>
        </p>
      )}
      {error && <ErrorNotice error={error} />}
      {source ? <JsonTree source={source} label={label} /> : isCut && <pre className="beginning">{String(value).slice(0, 4000)} …</pre>}
    </section>
  );
}

/** The files themselves: the value only speaks of them. */
function Files({ value }: { value: unknown }) {
  const files = useMemo(() => filesIn(value), [value]);
  if (files.length === 0) return null;
  return (
    <p className="facts">
      {files.map((file) => (
        <a key={file.id} href={address("/files/{file_id}", { path: { file_id: file.id } })} download={file.name}>
          {file.name} <span className="quiet">({bytes(file.size)})</span>
        </a>
      ))}
    </p>
  );
}
