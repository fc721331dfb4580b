// Checks the chain of the audit and says in words whether anybody changed it behind flow8's back.
import { useState } from "react";
import { get } from "../api/client";
import type { AuditCheck } from "../api/types";
import { useAct } from "../desk/Ask";
import { ErrorNotice } from "../parts/parts";
import { exact } from "../parts/times";
import { useKeys } from "../shell/keys";

const FEW = 5;

export function Verify() {
  const [found, setFound] = useState<AuditCheck | null>(null);
  const { error, busy, run } = useAct(() => undefined);
  const check = () => void run(async () => setFound(await get("/audit/verify", { query: { plays: true } })));
  useKeys("The chain", [{ keys: "", label: "Verify the chain of the audit", run: check }]);
  return (
    <div className="admin-verify">
      <button type="button" disabled={busy} onClick={check}>
        {busy ? "Checking …" : "Verify the chain"}
      </button>
      {error && <ErrorNotice error={error} retry={check} />}
      {found && !busy && <Answer found={found} />}
    </div>
  );
}

function Answer({ found }: { found: AuditCheck }) {
  return (
    <div className={`notice ${found.holds ? "good" : "bad"}`} role="status">
      <p>
        <strong>{found.holds ? "The chain is whole." : `The chain is broken at ${found.faults.length} ${found.faults.length === 1 ? "place" : "places"}.`}</strong>{" "}
        {found.entries} entries were checked{found.playMinutesCounted !== null && `, and the plays of ${found.playMinutesCounted} minutes counted again`}.
        {found.anchor?.at && ` What came before ${exact(found.anchor.at)} was removed by retention.`}
      </p>
      {!found.sealedWithSecretKey && <p>It is sealed without a secret key: set ENCRYPTION_KEY, or whoever can write to the database can seal anew.</p>}
      {found.faults.length > 0 && (
        <ul>
          {found.faults.slice(0, FEW).map((fault) => (
            <li key={`${fault.kind}${fault.seq}${fault.id}`}>
              Entry {fault.seq ?? fault.id ?? "?"} {fault.message}.
            </li>
          ))}
          {found.faults.length > FEW && <li>and {found.faults.length - FEW} more</li>}
        </ul>
      )}
    </div>
  );
}
