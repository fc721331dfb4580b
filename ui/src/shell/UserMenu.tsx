// Who is signed in, as what, and what they may do with their own account.
import { lazy, Suspense, useState } from "react";
import { useBoot } from "./context";

const Password = lazy(async () => ({ default: (await import("./Password")).Password }));
const MENU = "user-menu";

export function UserMenu() {
  const { me } = useBoot();
  const [asks, setAsks] = useState(false);
  return (
    <>
      <button type="button" className="plain user-button" popoverTarget={MENU} title={me.name}>
        <span aria-hidden="true" className="user-sign">
          {me.name.slice(0, 1).toUpperCase()}
        </span>{" "}
        <span className="user-name">{me.name}</span>
      </button>
      <div id={MENU} popover="auto" className="user-menu" role="group" aria-label="Your account">
        <p>
          <strong>{me.name}</strong>
          {me.email && me.email !== me.name && <span className="quiet">{me.email}</span>}
          <span className="quiet">
            {me.role ? `${me.role} in ${me.company?.name ?? "no company"}` : `no role in ${me.company?.name ?? "a company"}, only what was granted`}
          </span>
        </p>
        <button type="button" popoverTarget={MENU} popoverTargetAction="hide" onClick={() => setAsks(true)}>
          Change password …
        </button>
        <form method="post" action="/sign-out">
          <button type="submit">Sign out</button>
        </form>
      </div>
      {asks && (
        <Suspense>
          <Password onClose={() => setAsks(false)} />
        </Suspense>
      )}
    </>
  );
}
