// A labelled field with a hint and with what the API says is wrong with it, tied together for screen readers.
import { useId, type ReactNode } from "react";
import { ApiError } from "../api/client";

interface Tied {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

interface Props {
  label: string;
  hint?: ReactNode;
  problems?: readonly string[];
  children: (tied: Tied) => ReactNode;
}

export function Field({ label, hint, problems = [], children }: Props) {
  const id = useId();
  const told = [hint ? `${id}-hint` : "", problems.length ? `${id}-wrong` : ""].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": told || undefined, "aria-invalid": problems.length ? true : undefined })}
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {problems.length > 0 && (
        <p className="field-wrong" id={`${id}-wrong`} role="alert">
          {problems.join("; ")}
        </p>
      )}
    </div>
  );
}

/** What the API said of one field: of itself, or of something in it. */
export function problemsAt(error: Error | null, path: string): string[] {
  if (!(error instanceof ApiError)) return [];
  return error.details.filter((each) => isAt(each.path, path)).map((each) => each.message);
}

/** An error without what is said at the fields of these paths; null when nothing else is left to say. */
export function elsewhere(error: Error | null, paths: readonly string[]): Error | null {
  if (!(error instanceof ApiError) || error.details.length === 0) return error;
  const rest = error.details.filter((each) => !paths.some((path) => isAt(each.path, path)));
  return rest.length ? new ApiError(error.status, error.code, error.message, error.requestId, rest) : null;
}

function isAt(said: string, path: string): boolean {
  return said === path || said.startsWith(`${path}[`) || said.startsWith(`${path}.`);
}

/** On or off, as one button. */
export function OnOff({ on, label, disabled, onTurn }: { on: boolean; label: string; disabled?: boolean; onTurn: () => void }) {
  return (
    <button type="button" role="switch" aria-checked={on} aria-label={label} className="onoff" disabled={disabled} onClick={onTurn}>
      <span aria-hidden="true" className="onoff-knob" />
      <span>{on ? "On" : "Off"}</span>
    </button>
  );
}
