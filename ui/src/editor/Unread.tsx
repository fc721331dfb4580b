// Says that the Code view holds a text that cannot be read, and that it is not lost.
import type { Editing } from "./useEditing";

export function Unread({ editing, onBack }: { editing: Editing; onBack: () => void }) {
  if (editing.unread === null) return null;
  return (
    <div className="notice late editor-unread">
      <p>The text in Code cannot be read. It is kept; what you see here is the flow as it could last be read.</p>
      <button type="button" onClick={onBack}>
        Back to the text
      </button>{" "}
      <button type="button" onClick={() => editing.setUnread(null)}>
        Drop the text
      </button>
    </div>
  );
}
