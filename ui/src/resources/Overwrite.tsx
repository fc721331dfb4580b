// The second look before a kept value is overwritten: what is there, who wrote it, and what would be instead.
import type { Entry } from "../api/types";
import { ErrorNotice, Moment } from "../parts/parts";
import { Dialog } from "../shell/Dialog";

interface Props {
  old: Entry;
  /** The entry as the form was opened with. */
  first: Entry;
  typed: string;
  readable: boolean;
  error: Error | null;
  busy: boolean;
  onYes: () => void;
  onBack: () => void;
  onClose: () => void;
}

export function Overwrite({ old, first, typed, readable, error, busy, onYes, onBack, onClose }: Props) {
  const isNewer = old.rev !== first.rev;
  return (
    <Dialog title={`Overwrite ${old.key}?`} onClose={onClose} className="desk-form">
      {isNewer ? (
        <p className="notice late" role="alert">
          {old.updatedBy} wrote another value meanwhile (write {old.rev}; you saw {first.rev}). Yours is not kept yet.
        </p>
      ) : (
        error && <ErrorNotice error={error} />
      )}
      <dl className="desk-two">
        <div>
          <dt>
            Now, by {old.updatedBy}, <Moment at={old.updatedAt} />
          </dt>
          <dd>{old.readable ? <code>{JSON.stringify(old.value, null, 2)}</code> : <span className="quiet">secret, never shown</span>}</dd>
        </div>
        <div>
          <dt>Yours</dt>
          <dd>{readable ? <code>{typed}</code> : <span className="quiet">secret, {typed.length} characters</span>}</dd>
        </div>
      </dl>
      <div className="buttons">
        <button type="button" className="desk-danger" disabled={busy} onClick={onYes}>
          Overwrite
        </button>
        <button type="button" onClick={onBack}>
          Back to the value
        </button>
        <button type="button" onClick={onClose}>
          Leave it
        </button>
      </div>
    </Dialog>
  );
}
