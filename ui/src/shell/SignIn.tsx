// Signing in over the page when the session has run out, so that nothing typed is lost.
import { useState, type FormEvent } from "react";
import { post } from "../api/client";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "./Dialog";
import { useBoot } from "./context";
import { resume, useHasRunOut } from "./session";

export function SignIn() {
  return useHasRunOut() ? <Form /> : null;
}

function Form() {
  const { me, microsoft } = useBoot();
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    setBusy(true);
    try {
      const found = await post("/auth/login", {
        body: { email: String(given.get("email")), password: String(given.get("password")) },
      });
      // Somebody else, or another company: what stands on this page is not theirs.
      if (found.userId !== me.userId || found.company?.id !== me.company?.id) location.reload();
      else resume();
    } catch (refused) {
      setError(refused as Error);
      setBusy(false);
    }
  };
  return (
    <Dialog title="Sign in again" onClose={() => undefined} stays>
      <p className="quiet">Your session is over. Nothing on this page is lost.</p>
      {error && <ErrorNotice error={error} />}
      <form className="fields" onSubmit={(event) => void send(event)}>
        <label>
          E-mail
          <input name="email" autoComplete="username" defaultValue={me.email ?? ""} required />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required autoFocus />
        </label>
        <button type="submit" className="main" disabled={busy}>
          Sign in
        </button>
        {microsoft && (
          <a className="button" href={`/api/v1/auth/microsoft?back=${encodeURIComponent(location.pathname + location.search)}`}>
            Sign in with Microsoft
          </a>
        )}
      </form>
    </Dialog>
  );
}
