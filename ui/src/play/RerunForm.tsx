// Play again with something else: from another step, with other arguments, on another version.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../api/client";
import type { Play } from "../api/types";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "../shell/Dialog";

export interface Wish {
  from?: string;
  args?: Record<string, unknown>;
  version?: number;
  confirmed?: boolean;
}

interface Props {
  play: Play;
  /** Why the last wish was refused: what was typed stays, to be put right. */
  refused: Error | null;
  onWish: (wish: Wish) => void;
  onClose: () => void;
}

export function RerunForm({ play, refused, onWish, onClose }: Props) {
  const [start, setStart] = useState("");
  const [version, setVersion] = useState("");
  const [text, setText] = useState(JSON.stringify(play.args, null, 2));
  const [problem, setProblem] = useState<string | null>(null);
  const versions = useQuery({
    queryKey: ["versions", play.flowId],
    queryFn: ({ signal }) => get("/flows/{name}/versions", { path: { name: play.flowId }, query: { size: 100 }, signal }),
  });
  const send = () => {
    setProblem(null);
    const wish: Wish = {};
    if (start) wish.from = start;
    if (version) wish.version = Number(version);
    if (!start && !play.argsTruncated && text !== JSON.stringify(play.args, null, 2)) {
      try {
        wish.args = JSON.parse(text) as Record<string, unknown>;
      } catch (error) {
        return setProblem(`The arguments are not JSON: ${(error as Error).message}`);
      }
    }
    onWish(wish);
  };
  return (
    <Dialog title="Rerun with …" onClose={onClose}>
      <div className="fields">
        <label>
          From
          <select value={start} onChange={(event) => setStart(event.target.value)}>
            <option value="">the beginning</option>
            {play.layers
              .filter((layer) => layer.inside === null)
              .map((layer) => (
                <option key={layer.ref} value={layer.ref}>
                  {layer.name ?? layer.ref}
                </option>
              ))}
          </select>
        </label>
        <label>
          Version
          <select value={version} onChange={(event) => setVersion(event.target.value)}>
            <option value="">as it was{play.version !== null && `, v${play.version}`}</option>
            {versions.data?.data.map((each) => (
              <option key={each.version} value={each.version}>
                v{each.version} {each.note ?? ""}
              </option>
            ))}
          </select>
        </label>
        {start ? (
          <p className="quiet">From a step on, what came before is taken over as it was, arguments too.</p>
        ) : play.argsTruncated ? (
          <p className="quiet">The arguments are too large to be changed here; they stay as they were.</p>
        ) : (
          <label>
            Arguments
            <textarea value={text} spellCheck={false} onChange={(event) => setText(event.target.value)} />
          </label>
        )}
        {problem && (
          <p className="notice bad" role="alert">
            {problem}
          </p>
        )}
        {refused && !problem && <ErrorNotice error={refused} />}
      </div>
      <div className="buttons">
        <button type="button" className="main" onClick={send}>
          Rerun
        </button>
        <button type="button" onClick={onClose}>
          Leave it
        </button>
      </div>
    </Dialog>
  );
}
