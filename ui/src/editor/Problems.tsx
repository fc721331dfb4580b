// Everything that keeps the draft from being published, each leading to its flowlet.
import type { Problem } from "../forms/types";
import type { Editing } from "./useEditing";

const MOST = 100;

export function Problems({ editing, onOpen }: { editing: Editing; onOpen: () => void }) {
  const { problems, text, choose } = editing;
  if (problems.length === 0 || text.flowlets.length === 0) return null;
  const go = (ref: string) => {
    choose(ref);
    onOpen();
  };
  return (
    <details className="editor-problems">
      <summary>
        <span className="editor-count">{problems.length}</span> {problems.length === 1 ? "problem keeps" : "problems keep"} this draft from being published
      </summary>
      <ul>
        {problems.slice(0, MOST).map((problem) => {
          const { ref, rest } = placeOf(problem, text.flowlets);
          return (
            <li key={problem.path + problem.message}>
              {ref ? (
                <button type="button" className="plain" onClick={() => go(ref)}>
                  {ref}
                </button>
              ) : (
                <strong>Flow</strong>
              )}{" "}
              {rest && <code>{rest}</code>} {problem.message}
            </li>
          );
        })}
      </ul>
      {problems.length > MOST && <p className="quiet">And {problems.length - MOST} more.</p>}
    </details>
  );
}

function placeOf({ path }: Problem, flowlets: Editing["text"]["flowlets"]): { ref: string | null; rest: string } {
  const match = /^flowlets\[(\d+)\]\.?(.*)$/s.exec(path);
  const ref = match ? flowlets[Number(match[1])]?.ref : undefined;
  return ref === undefined ? { ref: null, rest: path } : { ref, rest: match![2]! };
}
