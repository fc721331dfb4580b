// The verdict: what became of the play; while it waits, for what, in the server's words.
import type { Play } from "../api/types";
import { useWhy } from "./useWhy";
import { verdict } from "./model";

export function Sentence({ play }: { play: Play }) {
  const why = useWhy(play);
  return <p className="sentence">{play.state === "RUN" ? verdict(play) : (why ?? verdict(play))}</p>;
}
