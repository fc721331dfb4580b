// How many plays wait for my decision, beside the word in the rail; nothing where none does.
import { may } from "../boot";
import { useBoot } from "../shell/context";
import { useCount } from "./useApprovals";

const MOST = 100;

export function Waiting() {
  const { me, waiting } = useBoot();
  const { count } = useCount(may(me, "approve"), waiting).data;
  if (count === 0) return null;
  const shown = count >= MOST ? "99+" : String(count);
  return (
    <span className="badge" title={`${shown} wait for your decision`}>
      <span aria-hidden="true">{shown}</span>
      <span className="unseen">, {shown} waiting</span>
    </span>
  );
}
