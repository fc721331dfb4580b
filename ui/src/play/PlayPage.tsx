// One play: the verdict first, then its steps beside the details of the one that matters.
import { lazy, Suspense, useState } from "react";
import { Link, useLocation } from "wouter";
import { usePlay } from "../live/usePlay";
import { ErrorNotice, State } from "../parts/parts";
import { isOver } from "../parts/states";
import { listAt } from "../plays/lastList";
import { leftField, useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";
import { Actions } from "./Actions";
import { Compare } from "./Compare";
import { Details } from "./Details";
import { Events } from "./Events";
import { Facts } from "./Facts";
import { Logs } from "./Logs";
import { PlayData } from "./PlayData";
import { Sentence } from "./Sentence";
import { Split } from "./Split";
import { Steps } from "./Steps";
import { firstStep, narrowed, refOf, stepId, stepsOf } from "./model";

const Graph = lazy(() => import("./Graph"));

const VIEWS = ["waterfall", "graph", "logs", "data", "events"] as const;
const NAMES = { waterfall: "Waterfall", graph: "Graph", logs: "Logs", data: "Data", events: "Events" };
type View = (typeof VIEWS)[number];

export function PlayPage({ id }: { id: string }) {
  const [params, change] = useUrl();
  const [, navigate] = useLocation();
  const [isFrozen, setFrozen] = useState(false);
  const query = usePlay(id, isFrozen);
  const play = query.data;
  const view = (VIEWS as readonly string[]).includes(params.get("view") ?? "") ? (params.get("view") as View) : "waterfall";
  const steps = play ? stepsOf(play, params.get("closed") ?? "") : [];
  const shown = narrowed(steps, params.get("only") ?? "", params.get("find") ?? "");
  const step = params.get("step") ?? (play ? firstStep(play) : null);
  const place = shown.findIndex(({ layer }) => step !== null && layer.ref === refOf(step));
  // The part that somebody chose stays open from step to step.
  const pick = (id: string) => change({ step: id });
  const go = (by: number, wanted: (place: number) => boolean = () => true) => {
    for (let next = place + by; next >= 0 && next < shown.length; next += by) {
      if (wanted(next)) return pick(stepId(shown[next]!.layer));
    }
  };
  const isFailed = (at: number) => shown[at]!.layer.state === "FAIL" || shown[at]!.isRoot;
  useKeys("Play", [
    { keys: "j", label: "Next step", run: () => go(1) },
    { keys: "k", label: "Step before", run: () => go(-1) },
    { keys: "n", label: "Next failure", run: () => go(1, isFailed) },
    { keys: "Shift N", label: "Failure before", run: () => go(-1, isFailed) },
    { keys: "f", label: "Freeze, or follow again", run: () => setFrozen(!isFrozen) },
    { keys: "Escape", label: "Back to the list", run: (event) => leftField(event) || navigate(listAt(id)) },
    ...VIEWS.map((each, number) => ({
      keys: String(number + 1),
      label: NAMES[each],
      run: () => change({ view: each === "waterfall" ? null : each }),
    })),
  ]);

  if (query.isError && !play) return <ErrorNotice error={query.error} retry={() => void query.refetch()} />;
  if (!play) return <p className="quiet">Loading …</p>;
  const other = params.get("compare");
  return (
    <div className="play">
      <ol className="crumbs">
        <li>
          <Link href={listAt(id)}>Plays</Link>
        </li>
        <li>
          <Link href={`/plays?flow=${encodeURIComponent(play.flow)}`}>{play.flow}</Link>
        </li>
        <li aria-current="page">{play.id}</li>
      </ol>
      <header className={`verdict ${play.state === "FAIL" ? "bad" : ""}`}>
        <h1>
          <State state={play.state} /> {play.title ?? play.flow}
        </h1>
        <Sentence play={play} />
        <Facts play={play} />
      </header>
      {query.isError && <ErrorNotice error={query.error} retry={() => void query.refetch()} />}
      <Actions play={play} step={step} />
      {other ? (
        <Compare play={play} other={other} onClose={() => change({ compare: null })} />
      ) : (
        <>
          <div className="views">
            <div role="tablist" aria-label="Views of the play">
              {VIEWS.map((each) => (
                <button
                  key={each}
                  type="button"
                  role="tab"
                  aria-selected={each === view}
                  onClick={() => change({ view: each === "waterfall" ? null : each })}
                >
                  {NAMES[each]}
                </button>
              ))}
            </div>
            {!isOver(play.state) && (
              <button type="button" aria-pressed={!isFrozen} onClick={() => setFrozen(!isFrozen)}>
                {isFrozen ? "Frozen" : "Follows"}
              </button>
            )}
          </div>
          {view === "waterfall" && (
            <Split
              left={<Steps play={play} steps={steps} shown={shown} at={step} pick={pick} />}
              right={step && <Details key={step} play={play} step={step} />}
            />
          )}
          {view === "graph" && (
            <Split
              left={
                <Suspense fallback={<p className="quiet">Loading …</p>}>
                  <Graph play={play} at={step} pick={pick} />
                </Suspense>
              }
              right={step && <Details key={step} play={play} step={step} />}
            />
          )}
          {view === "logs" && <Logs play={play} />}
          {view === "data" && <PlayData play={play} />}
          {view === "events" && <Events play={play} pick={(id) => change({ step: id, view: null })} />}
        </>
      )}
    </div>
  );
}
