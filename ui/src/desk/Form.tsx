// A dialog with fields: what the API says of a field stands at the field, the rest above the buttons.
import { cloneElement, createContext, useContext, useEffect, useId, useState, type InputHTMLAttributes, type ReactElement, type ReactNode } from "react";
import { ApiError } from "../api/client";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "../shell/Dialog";

interface Props {
  title: string;
  save: string;
  busy: boolean;
  error: Error | null;
  onSave: () => void;
  onClose: () => void;
  children: ReactNode;
  more?: ReactNode;
}

/** The paths of the fields of the form around: what is said at one of them is not said a second time. */
const Told = createContext<Set<string>>(new Set());

export function Form({ title, save, busy, error, onSave, onClose, children, more }: Props) {
  const [told] = useState(() => new Set<string>());
  return (
    <Dialog title={title} onClose={onClose} className="desk-form">
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
      >
        <Told value={told}>{children}</Told>
        {error && <ErrorNotice error={beside(error, told)} />}
        <div className="buttons">
          <button type="submit" className="main" disabled={busy}>
            {save}
          </button>
          {more}
          <button type="button" onClick={onClose}>
            Leave it
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** An error without what stands at the fields already. */
function beside(error: Error, told: ReadonlySet<string>): Error {
  if (!(error instanceof ApiError)) return error;
  const rest = error.details.filter((each) => !told.has(each.path));
  return new ApiError(error.status, error.code, error.message, error.requestId, rest);
}

interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** The path by which the API names the field. */
  path: string;
  error: Error | null;
  children: ReactElement<InputHTMLAttributes<HTMLElement>>;
}

/** A field with its label, a hint, and what the API said of it. */
export function Field({ label, hint, path, error, children }: FieldProps) {
  const id = useId();
  const told = useContext(Told);
  useEffect(() => {
    told.add(path);
    return () => void told.delete(path);
  }, [told, path]);
  const said = error instanceof ApiError ? error.details.filter((each) => each.path === path) : [];
  const isTold = Boolean(hint) || said.length > 0;
  return (
    <div className={said.length ? "desk-field desk-wrong" : "desk-field"}>
      <label htmlFor={id}>{label}</label>
      {cloneElement(children, { id, "aria-describedby": isTold ? `${id}-told` : undefined, "aria-invalid": said.length > 0 || undefined })}
      {isTold && (
        <small id={`${id}-told`} className="quiet">
          {hint}
          {said.map((each) => (
            <span key={each.message} className="desk-problem">
              {each.message}
            </span>
          ))}
        </small>
      )}
    </div>
  );
}

/** A tick with its label. */
export function Tick({ label, on, onChange }: { label: ReactNode; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="desk-tick">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} /> <span>{label}</span>
    </label>
  );
}
