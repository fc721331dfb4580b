// The chosen play beside the list: its verdict and the step that matters, while one goes from row to row.
import { Link } from "wouter";
import { usePlay } from "../live/usePlay";
import { ErrorNotice, State } from "../parts/parts";
import { Details } from "../play/Details";
import { Sentence } from "../play/Sentence";
import { firstStep } from "../play/model";

export function Preview({ id }: { id: string | null }) {
  const found = usePlay(id ?? "");
  if (id === null) return <p className="quiet preview">Choose a play with j and k: what it did shows here.</p>;
  const play = found.data;
  if (found.isError && !play) return <ErrorNotice error={found.error} retry={() => void found.refetch()} />;
  if (!play) return <p className="quiet preview">Loading …</p>;
  const step = firstStep(play);
  return (
    <section className="preview" aria-label="Preview">
      <header className={`verdict ${play.state === "FAIL" ? "bad" : ""}`}>
        <h2>
          <State state={play.state} /> <Link href={`/plays/${id}`}>{play.title ?? play.flow}</Link>
        </h2>
        <Sentence play={play} />
      </header>
      {step && <Details key={step} play={play} step={step} />}
    </section>
  );
}
