// What a play was given and what came of it as a whole.
import { address } from "../api/client";
import type { Play } from "../api/types";
import { Value } from "../data/Value";
import { isOver } from "../parts/states";

export function PlayData({ play }: { play: Play }) {
  const raw = (of: "args" | "output") => address("/plays/{play_id}/raw", { path: { play_id: play.id }, query: { of } });
  return (
    <div className="play-data">
      <div>
        <h2>Arguments</h2>
        <Value label="Arguments" value={play.args} size={null} isCut={play.argsTruncated} raw={raw("args")} />
      </div>
      <div>
        <h2>Output</h2>
        {play.output === null ? (
          <p className="quiet">{isOver(play.state) ? "It ended without an output." : "It is not over, so there is none yet."}</p>
        ) : (
          <Value label="Output" value={play.output} size={null} isCut={play.outputTruncated} raw={raw("output")} />
        )}
      </div>
    </div>
  );
}
