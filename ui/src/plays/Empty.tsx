// No plays: because there are none yet, or because a filter hides them, and then which.
import { Link } from "wouter";
import { Copy } from "../parts/parts";
import { useBoot } from "../shell/context";
import { chips, isEmpty, type Filters } from "./filters";

export function Empty({ filters, change }: { filters: Filters; change: (changed: Partial<Filters>) => void }) {
  const { publicUrl } = useBoot();
  if (isEmpty(filters)) {
    const line = `curl ${publicUrl}/api/v1/flows/FLOW/run -H "Authorization: Bearer $FLOW8_KEY" -H "Content-Type: application/json" -d '{"args": {}, "wait": 10}'`;
    return (
      <div className="notice">
        <p>
          <strong>No plays yet.</strong> Run a flow of the <Link href="/flows">list</Link>, or send a request:
        </p>
        <pre className="curl">{line}</pre>
        <Copy text={line}>Copy</Copy>
      </div>
    );
  }
  return (
    <div className="notice">
      <p>
        <strong>No play fits.</strong> Take out what hides them:
      </p>
      <p className="buttons">
        {chips(filters).map((chip) => (
          <button key={chip.words} type="button" onClick={() => change(chip.without)}>
            {chip.words} <span aria-hidden="true">✕</span>
            <span className="unseen">take out</span>
          </button>
        ))}
      </p>
    </div>
  );
}
