// Write an output by hand, as JSON, and pin it.
import { useState } from "react";
import { Dialog } from "../shell/Dialog";

interface Props {
  flowlet: string;
  start: unknown;
  onClose: () => void;
  onPin: (value: unknown) => void;
}

export function PinEditor({ flowlet, start, onClose, onPin }: Props) {
  const [text, setText] = useState(() => JSON.stringify(start ?? null, null, 2));
  const [trouble, setTrouble] = useState<string | null>(null);
  const pin = () => {
    try {
      onPin(JSON.parse(text));
      onClose();
    } catch (error) {
      setTrouble((error as Error).message);
    }
  };
  return (
    <Dialog title={`Pin an output of ${flowlet}`} onClose={onClose}>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          pin();
        }}
      >
        <label>
          Output as JSON
          <textarea spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />
        </label>
        {trouble && (
          <p className="notice bad" role="alert">
            This is not JSON: {trouble}
          </p>
        )}
        <p className="quiet">In tests it stands in place of running {flowlet}. It is kept in this browser, and nothing but tests ever uses it.</p>
        <div className="buttons">
          <button type="submit" className="main">
            Pin it
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
