// Both versions as text, line by line: one under the other, or side by side.
import { Fragment, useMemo } from "react";
import { linesOf, MOST_LINES, pairsOf, type Line } from "./lines";

const SIGNS = { same: " ", removed: "−", added: "+", folded: "⋯" } as const;
const WORDS = { same: "", removed: "gone: ", added: "new: ", folded: "" } as const;

export function TextDiff({ a, b, isSide }: { a: string; b: string; isSide: boolean }) {
  const { lines, isCut } = useMemo(() => linesOf(a, b), [a, b]);
  const pairs = useMemo(() => (isSide ? pairsOf(lines) : []), [lines, isSide]);
  return (
    <>
      {isCut && <p className="notice">The first {MOST_LINES.toLocaleString()} lines are shown.</p>}
      <div className={isSide ? "flows-text flows-side" : "flows-text"} tabIndex={0} role="region" aria-label="Both as text">
        {isSide
          ? pairs.map(({ left, right }, place) => (
              <Fragment key={place}>
                <One line={left} />
                <One line={right} />
              </Fragment>
            ))
          : lines.map((line, place) => <One key={place} line={line} />)}
      </div>
    </>
  );
}

function One({ line }: { line: Line | null }) {
  if (!line) return <span className="flows-line flows-nothing" />;
  return (
    <span className={`flows-line flows-${line.kind}`}>
      <span aria-hidden="true">{SIGNS[line.kind]}</span>
      <span>
        <span className="unseen">{WORDS[line.kind]}</span>
        {line.kind === "folded" ? `${line.count} lines are the same` : line.text}
      </span>
    </span>
  );
}
