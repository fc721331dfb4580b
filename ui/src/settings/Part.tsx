// A part of the settings that opens and closes; it says what is set, and opens by itself where something is wrong.
import { useState, type ReactNode } from "react";

interface Props {
  title: string;
  told: string;
  isWrong: boolean;
  children: ReactNode;
}

export function Part({ title, told, isWrong, children }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const isShown = isOpen || isWrong;
  return (
    <details className="settings-part" open={isShown} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        <span className="settings-part-title">{title}</span> <span className={isWrong ? "form-wrong" : "quiet"}>{isWrong ? "something is wrong" : told}</span>
      </summary>
      {isShown && <div className="settings-part-inside">{children}</div>}
    </details>
  );
}
