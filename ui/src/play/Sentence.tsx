// The verdict: what became of the play; while it waits, for what, in the server's words.
import type { Play } from "../api/types";
import { exact } from "../parts/times";
import { useWhy } from "./useWhy";
import { verdict } from "./model";

/** The server writes moments as programs do; people read them by their own clock. */
const MOMENT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

export function Sentence({ play }: { play: Play }) {
  const why = useWhy(play);
  return <p className="sentence">{play.state === "RUN" ? verdict(play) : (why?.replace(MOMENT, exact) ?? verdict(play))}</p>;
}
