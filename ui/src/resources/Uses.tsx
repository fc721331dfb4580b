// Which published flows use something, and what taking it away would break.
import { Link } from "wouter";

export function Uses({ flows }: { flows: readonly string[] | undefined }) {
  if (!flows) return <span className="quiet">used by …</span>;
  if (!flows.length) return <span className="quiet">used by no published flow</span>;
  return (
    <span>
      used by{" "}
      {flows.slice(0, 3).map((flow, n) => (
        <span key={flow}>
          {n > 0 && ", "}
          <Link href={`/plays?flow=${encodeURIComponent(flow)}`}>{flow}</Link>
        </span>
      ))}
      {flows.length > 3 && ` and ${flows.length - 3} more`}
    </span>
  );
}

/** Why it cannot be removed; null when nothing speaks against it. */
export function breaks(name: string, flows: readonly string[] | undefined): string | null {
  if (!flows) return "It is not known yet which flows use it.";
  if (!flows.length) return null;
  const which = flows.length === 1 ? `the flow ${flows[0]}` : `these ${flows.length} flows: ${flows.join(", ")}`;
  return `Without ${name}, the next play fails of ${which}. Change and publish ${flows.length === 1 ? "it" : "them"} first.`;
}
