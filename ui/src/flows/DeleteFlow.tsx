// Deletes a flow, after it has been said what would no longer work.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { remove } from "../api/client";
import type { Flow } from "../api/types";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "../shell/Dialog";
import { useUses } from "./useFlow";
import { doorWords } from "./words";

export function DeleteFlow({ flow, onClose }: { flow: Flow; onClose: () => void }) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const uses = useUses(flow.id);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      await remove("/flows/{name}", { path: { name: flow.id } });
      navigate("/flows");
      client.removeQueries({ queryKey: ["flows", "one", flow.permanentId] });
      void client.invalidateQueries({ queryKey: ["flows", "page"] });
    } catch (refused) {
      setError(refused as Error);
      setBusy(false);
    }
  };
  const breaks = uses.data && [
    ...uses.data.doors.map((door) => `${doorWords(door)} of the channel ${door.channel} answers 503`),
    ...uses.data.timers.map((timer) => `the schedule ${timer.name} is switched off when it is due`),
    ...uses.data.flows.map((name) => `the flow ${name}, which plays it, fails there`),
  ];
  return (
    <Dialog title={`Delete ${flow.name}?`} onClose={onClose}>
      <p>Its versions and plays stay on record, plays that go on go on, and its permanent id is free again.</p>
      {uses.isError && <ErrorNotice error={uses.error} retry={() => void uses.refetch()} />}
      {breaks?.length === 0 && <p className="notice good">Nothing leads to it, so nothing else breaks.</p>}
      {breaks && breaks.length > 0 && (
        <div className="notice bad">
          <p>Without it:</p>
          <ul>
            {breaks.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </div>
      )}
      {error && <ErrorNotice error={error} />}
      <div className="buttons">
        <button type="button" className="flows-danger" disabled={busy || !uses.data} onClick={() => void go()}>
          Delete it
        </button>
        <button type="button" onClick={onClose}>
          Keep it
        </button>
      </div>
    </Dialog>
  );
}
