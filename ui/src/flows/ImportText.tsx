// Imports a flow from a file or from pasted text, as a draft or published at once.
import { useState } from "react";
import { ErrorNotice } from "../parts/parts";
import type { ImportWish } from "./useImport";

const EXAMPLE = "flow: my-flow\nname: My flow\nflowlets:\n  - ref: first\n    appId: var\n    args: {values: {hello: world}}\n";

export function ImportText({ isFile = false, wish }: { isFile?: boolean; wish: ImportWish }) {
  const [text, setText] = useState("");
  const [publish, setPublish] = useState(false);
  const read = async (files: FileList | null) => {
    wish.forget();
    setText(files?.[0] ? await files[0].text() : "");
  };
  return (
    <div className="fields flows-way">
      {isFile && (
        <label>
          YAML or JSON file
          <input type="file" accept=".yml,.yaml,.json" onChange={(event) => void read(event.target.files)} />
        </label>
      )}
      {(!isFile || text) && (
        <label>
          {isFile ? "What the file holds" : "YAML or JSON"}
          <textarea value={text} placeholder={EXAMPLE} spellCheck={false} onChange={(event) => setText(event.target.value)} />
        </label>
      )}
      <label className="check">
        <input type="checkbox" checked={publish} onChange={(event) => setPublish(event.target.checked)} /> Publish it at once
      </label>
      {wish.error && <ErrorNotice error={wish.error} />}
      <div className="buttons">
        <button type="button" className="main" disabled={wish.busy || !text.trim()} onClick={() => void wish.send(text, { publish })}>
          Import
        </button>
        {wish.isRefused && (
          <button type="button" disabled={wish.busy} onClick={() => void wish.send(text, { publish, force: true })}>
            Replace those edits
          </button>
        )}
      </div>
    </div>
  );
}
