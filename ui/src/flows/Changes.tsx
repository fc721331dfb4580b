// The changes between two versions as a list in words, and those that only moved, folded.
import type { Diff } from "../api/types";
import { fieldWords, movedWords, type Change } from "./changes";
import { MARKS } from "./marks";

interface Props {
  changes: readonly Change[];
  at: string | null;
  pick: (ref: string | null) => void;
}

export function Changes({ changes, at, pick }: Props) {
  if (changes.length === 0) return null;
  return (
    <ul className="flows-changes" aria-label="Changes">
      {changes.map((change) => {
        const { sign, word, colour } = MARKS[change.mark];
        const isHere = (change.ref ?? "-flow") === at;
        return (
          <li key={`${change.mark} ${change.ref}`} className={isHere ? "flows-change here" : "flows-change"} aria-current={isHere ? "true" : undefined}>
            <button type="button" className="plain" onClick={() => pick(change.ref)}>
              <span className={`state ${colour}`}>
                <span aria-hidden="true">{sign}</span> <span>{word}</span>
              </span>{" "}
              <strong>{change.ref ?? "The flow itself"}</strong>
            </button>
            <ul>
              {change.lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}

export function Moved({ diff }: { diff: Diff }) {
  const words = movedWords(diff);
  if (!words) return null;
  return (
    <details className="flows-moved">
      <summary>{words}</summary>
      <ul>
        {diff.flowlets.moved.map((each) => (
          <li key={each.ref}>
            <strong>{each.ref}</strong> <span className="quiet">{each.fields.map(fieldWords).join(", ") || "another place in the list"}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
