// A field for a secret: it can be written and never read; what is left empty stays.
import { Field } from "../desk/Form";

interface Props {
  label: string;
  path: string;
  isSet: boolean;
  onChange: (value: string) => void;
  error: Error | null;
  required?: boolean;
  hint?: string | undefined;
}

export function Secret({ label, path, isSet, onChange, error, required = false, hint }: Props) {
  const said = isSet ? "It is set and never shown. Left empty, it stays." : "It is kept encrypted and never shown again.";
  return (
    <Field label={label} path={path} error={error} hint={hint ? `${hint} ${said}` : said}>
      <input
        type="password"
        autoComplete="new-password"
        spellCheck={false}
        // Without a value of React's, which would write what is typed into the page itself.
        required={required}
        placeholder={isSet ? "unchanged" : ""}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
