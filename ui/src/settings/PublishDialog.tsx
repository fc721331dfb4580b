// Publish the draft: a note, what changes, what is wrong, and whom it reaches.
import { useState } from "react";
import { post } from "../api/client";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "../shell/Dialog";

export interface PublishProps {
  flow: string;
  etag: string | null;
  onClose: () => void;
  onPublished: (version: number) => void;
}

export function PublishDialog({ flow, onClose, onPublished }: PublishProps) {
  const [note, setNote] = useState("");
  const [error, setError] = useState<Error | null>(null);
  const publish = async () => {
    try {
      const done = await post("/flows/{name}/publish", { path: { name: flow }, body: { note: note || null } });
      onPublished(done.published!);
    } catch (refused) {
      setError(refused as Error);
    }
  };
  return (
    <Dialog title="Publish" onClose={onClose}>
      <label>
        What changed <input value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
      {error && <ErrorNotice error={error} />}
      <button type="button" className="main" onClick={() => void publish()}>
        Publish
      </button>
    </Dialog>
  );
}
