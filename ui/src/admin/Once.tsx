// Shows a new password or key this once; it closes only when somebody says that they have it.
import { Copy } from "../parts/parts";
import { Dialog } from "../shell/Dialog";

export function Once({ title, text, hint, onClose }: { title: string; text: string; hint: string; onClose: () => void }) {
  return (
    <Dialog title={title} onClose={onClose} stays>
      <p>{hint}</p>
      <p className="admin-once">
        <code>{text}</code> <Copy text={text}>Copy</Copy>
      </p>
      <p className="notice late">It is shown this once. flow8 keeps only what it can check it with.</p>
      <div className="buttons">
        <button type="button" className="main" onClick={onClose}>
          I have kept it
        </button>
      </div>
    </Dialog>
  );
}
