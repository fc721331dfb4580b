// Asks before something is done that cannot be taken back, does it, and says what was refused.
import { useState, type ReactNode } from "react";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "../shell/Dialog";

interface Props {
  title: string;
  /** What the button says that does it. */
  yes: string;
  act: () => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
  /** Why it cannot be done now; then the button is off. */
  barred?: string | null;
  children: ReactNode;
}

export function Ask({ title, yes, act, onDone, onClose, barred = null, children }: Props) {
  const { error, busy, run } = useAct(onDone);
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      {barred && (
        <p className="notice late" role="note">
          {barred}
        </p>
      )}
      {error && <ErrorNotice error={error} />}
      <div className="buttons">
        <button type="button" className="desk-danger" disabled={busy || barred !== null} onClick={() => void run(act)}>
          {yes}
        </button>
        <button type="button" onClick={onClose}>
          Leave it
        </button>
      </div>
    </Dialog>
  );
}

/** Runs what somebody asked for; while it runs it is busy, and what was refused stays until the next try. */
export function useAct(onDone: () => void) {
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (act: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await act();
      onDone();
    } catch (refused) {
      setError(refused as Error);
    } finally {
      setBusy(false);
    }
  };
  return { error, busy, run, setError };
}
