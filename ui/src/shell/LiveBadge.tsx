// How current the page is: by socket, by asking again and again, or not at all.
import { useConnection } from "../live/connection";

const LOOKS = {
  live: { sign: "●", word: "Live", colour: "good", title: "What happens shows at once." },
  polling: { sign: "◌", word: "Polling", colour: "busy", title: "What happens shows within two seconds." },
  offline: { sign: "✕", word: "Offline", colour: "bad", title: "flow8 does not answer. What you see may be old." },
} as const;

export function LiveBadge() {
  const { sign, word, colour, title } = LOOKS[useConnection()];
  return (
    <span className={`state ${colour}`} role="status" title={title}>
      <span aria-hidden="true">{sign}</span> <span>{word}</span>
    </span>
  );
}
