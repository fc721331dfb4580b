// Home: what needs somebody now, how the last day went, and how the flows fare that were played lately.
import { useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { may } from "../boot";
import { ErrorNotice } from "../parts/parts";
import { asked, filtersOf } from "../plays/filters";
import { Histogram } from "../plays/Histogram";
import { useBoot } from "../shell/context";
import { useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";
import "../style/flows.css";
import "../style/home.css";
import { Lately } from "./Lately";
import { Needs } from "./Needs";
import { isSeen, needsOf, summary, unseen } from "./needs";
import { useFound, useLately, useSeen } from "./useHome";

export function HomePage() {
  const [params, change] = useUrl();
  const [, navigate] = useLocation();
  const { found, isPending, error, retry } = useFound();
  const [seen, turn] = useSeen();
  const flows = useLately();
  const needs = needsOf(found);
  const news = unseen(needs, seen);
  const shown = params.get("seen") === "1" ? needs : news;
  const place = shown.findIndex((need) => need.id === params.get("at"));
  const here = shown[place];
  const go = (step: number) => {
    const next = shown[Math.max(0, Math.min(shown.length - 1, place < 0 ? 0 : place + step))];
    if (next) change({ at: next.id });
  };
  const mark = () => {
    if (!here?.mark) return;
    turn(here, needs);
    if (shown !== needs) change({ at: (shown[place + 1] ?? shown[place - 1])?.id ?? null });
  };
  useEffect(() => void document.querySelector(".home-need.here")?.scrollIntoView({ block: "nearest" }), [params.get("at")]);
  useKeys("Home", [
    { keys: "j", label: "Next thing", run: () => go(1) },
    { keys: "k", label: "Thing before", run: () => go(-1) },
    { keys: "Enter", label: "Open it", run: () => here && navigate(here.href), when: () => Boolean(here) },
    { keys: "x", label: "It is seen, or no longer", run: mark },
  ]);
  return (
    <div className="home">
      <h1>Home</h1>
      {error && <ErrorNotice error={error} retry={retry} />}
      {isPending && !error && <p className="quiet">Loading …</p>}
      {!isPending && flows?.length === 0 && needs.length === 0 && <Beginning />}
      {!isPending && (flows?.length !== 0 || needs.length > 0) && (
        <section aria-label="Needs you">
          <h2>{news.length === 0 ? "Nothing needs you" : "Needs you"}</h2>
          <p className="quiet">
            {summary(found) || "Nothing failed in the last 24 hours, nothing waits for your decision, no schedule was missed."}
            {needs.length > 0 && needs.some((need) => isSeen(need, seen)) && (
              <button type="button" className="plain" onClick={() => change({ seen: params.get("seen") === "1" ? null : "1" })}>
                {params.get("seen") === "1" ? "Hide what was seen" : `Show ${needs.length - news.length} seen`}
              </button>
            )}
          </p>
          <Needs needs={shown} seen={seen} here={here} onTurn={(need) => turn(need, needs)} />
        </section>
      )}
      {flows && flows.length > 0 && (
        <>
          <LastDay />
          <Lately flows={flows} />
        </>
      )}
    </div>
  );
}

function LastDay() {
  const [, navigate] = useLocation();
  const [query] = useState(() => asked(filtersOf(new URLSearchParams()), Date.now()));
  return (
    <section aria-label="Last 24 hours">
      <h2>Last 24 hours</h2>
      <Histogram query={query} choose={(from, to) => navigate(`/plays?${new URLSearchParams({ from, to })}`)} />
    </section>
  );
}

/** Nothing was ever played: what to do first. */
function Beginning() {
  const { me } = useBoot();
  return (
    <section aria-label="Begin">
      <h2>Nothing was played yet</h2>
      <ul className="home-first">
        {may(me, "edit") && (
          <li>
            <Link href="/flows?new=example">Import an example</Link> <span className="quiet">that needs no credentials and runs at once</span>
          </li>
        )}
        {may(me, "edit") && (
          <li>
            <Link href="/flows?new=blank">Make a flow</Link> <span className="quiet">of your own</span>
          </li>
        )}
        <li>
          <Link href="/flows">Run a flow</Link> <span className="quiet">of the list</span>
        </li>
        <li>
          <Link href="/channels">Send a request to a channel</Link> <span className="quiet">with the line it shows</span>
        </li>
      </ul>
    </section>
  );
}
