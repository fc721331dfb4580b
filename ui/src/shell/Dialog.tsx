// A dialog: the browser's own, so focus stays inside, Escape closes it, and it goes back to where it came from.
import { useEffect, useId, useRef, type ReactNode } from "react";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  className?: string;
  /** It cannot be closed without an answer. */
  stays?: boolean;
}

export function Dialog({ title, onClose, children, className = "", stays = false }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const name = useId();
  /** Whether the pointer went down beside the dialog: who drags a selection out of it does not mean to leave. */
  const isBeside = useRef(false);
  /** Whether something was typed, which a slip of the pointer must not throw away. */
  const isTyped = useRef(false);
  useEffect(() => {
    const dialog = ref.current!;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={className}
      aria-labelledby={name}
      onCancel={(event) => stays && event.preventDefault()}
      // A second Escape closes even a dialog that refused the first.
      onClose={() => (stays ? ref.current?.isConnected && ref.current.showModal() : onClose())}
      onPointerDown={(event) => (isBeside.current = event.target === ref.current)}
      onInput={() => (isTyped.current = true)}
      onClick={(event) => event.target === ref.current && isBeside.current && !isTyped.current && !stays && onClose()}
    >
      <div className="dialog">
        <h2 id={name}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
