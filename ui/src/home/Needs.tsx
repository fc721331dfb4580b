// The list of what needs somebody: a sign, what it is, why, when, and that it was seen.
import { Link } from "wouter";
import { Moment } from "../parts/parts";
import { isSeen, type Need, type Seen } from "./needs";

const LOOKS: Record<Need["kind"], { sign: string; colour: string }> = {
  failed: { sign: "✕", colour: "bad" },
  waiting: { sign: "◔", colour: "late" },
  missed: { sign: "◷", colour: "bad" },
  stuck: { sign: "⚠", colour: "late" },
};

interface Props {
  needs: readonly Need[];
  seen: Seen;
  here: Need | undefined;
  onTurn: (need: Need) => void;
}

export function Needs({ needs, seen, here, onTurn }: Props) {
  if (needs.length === 0) return null;
  return (
    <ul className="home-needs">
      {needs.map((need) => (
        <Row key={need.id} need={need} isSeen={isSeen(need, seen)} isHere={need === here} onTurn={onTurn} />
      ))}
    </ul>
  );
}

function Row({ need, isSeen, isHere, onTurn }: { need: Need; isSeen: boolean; isHere: boolean; onTurn: (need: Need) => void }) {
  const { sign, colour } = LOOKS[need.kind];
  return (
    <li className={`home-need${isHere ? " here" : ""}${isSeen ? " home-seen" : ""}`} aria-current={isHere ? "true" : undefined}>
      <span className={`state ${colour}`} aria-hidden="true">
        {sign}
      </span>
      <div className="home-what">
        <Link href={need.href}>{need.words}</Link>
        {need.detail && <span className="home-why">{need.detail}</span>}
      </div>
      <span className="quiet">{need.at && <Moment at={need.at} />}</span>
      <span className="home-acts">
        {need.all && (
          <Link className="button" href={need.all.href} aria-label={need.all.words} title={need.all.words}>
            All
          </Link>
        )}
        {need.mark !== undefined && (
          <button type="button" aria-label={`${isSeen ? "No longer seen" : "Seen"}: ${need.words}`} title={isSeen ? "Show it again" : "Hide it until it happens again (x)"} onClick={() => onTurn(need)}>
            {isSeen ? "Unseen" : "Seen"}
          </button>
        )}
      </span>
    </li>
  );
}
