// Says to somebody without a right why there is nothing to see, and who can change it.
import { useBoot } from "../shell/context";

const LIKE: Record<string, string> = { view: "viewer", edit: "editor", administer: "admin" };

/** Whether whoever is here holds the right in the whole company; what is shared by all flows asks for that. */
export function useHolds(right: string): boolean {
  return useBoot().me.rights.includes(right);
}

export function NoRight({ right, what }: { right: string; what: string }) {
  const { me } = useBoot();
  return (
    <div className="notice" role="note">
      <p>
        <strong>{what} are not for you to see.</strong>
      </p>
      <p>
        {me.role ? `You are ${me.role} here` : "You have no role here, only what was granted on single flows"}; this needs the right “
        {right}” in the whole company. An administrator gives it with the role <code>{LIKE[right] ?? right}</code>.
      </p>
    </div>
  );
}
