// Makes a version the draft again; where edits would be lost that nobody published, it asks once more.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { ApiError, post } from "../api/client";
import type { FlowRow } from "../api/types";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "../shell/Dialog";

interface Props {
  flow: FlowRow;
  number: number;
  onClose: () => void;
  onDone: () => void;
}

export function Restore({ flow, number, onClose, onDone }: Props) {
  const client = useQueryClient();
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const wouldLose = error instanceof ApiError && error.code === "UNPUBLISHED_EDITS";
  const restore = async (force: boolean) => {
    setBusy(true);
    setError(null);
    try {
      await post("/flows/{name}/versions/{number}/restore", { path: { name: flow.id, number }, body: { force } });
      await client.invalidateQueries({ queryKey: ["flows"] });
      onClose();
      onDone();
    } catch (refused) {
      setError(refused as Error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={wouldLose ? "Give those edits up?" : `Restore v${number} as draft?`} onClose={onClose}>
      {wouldLose ? (
        <p className="notice late">
          {error.message} They would be lost. <Link href={`/flows/${flow.permanentId}/versions?a=published&b=draft`} onClick={onClose}>
            See what they are
          </Link>
        </p>
      ) : (
        <p>The draft becomes what v{number} was. What runs does not change before you publish it.</p>
      )}
      {error && !wouldLose && <ErrorNotice error={error} />}
      <div className="buttons">
        <button type="button" className={wouldLose ? "flows-danger" : "main"} disabled={busy} onClick={() => void restore(wouldLose)}>
          {wouldLose ? `Give them up for v${number}` : "Restore it"}
        </button>
        <button type="button" onClick={onClose}>
          Leave the draft
        </button>
      </div>
    </Dialog>
  );
}
