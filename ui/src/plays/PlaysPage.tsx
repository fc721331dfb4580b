// The list of plays: what each was about, and why it failed, in its row.
import { useCallback, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { PlayRow } from "../api/types";
import { ErrorNotice } from "../parts/parts";
import { Split } from "../play/Split";
import { PLAY_STATES, look } from "../parts/states";
import { useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";
import { Chosen } from "./Chosen";
import { Empty } from "./Empty";
import { FilterBar } from "./FilterBar";
import { Histogram } from "./Histogram";
import { Rows } from "./Rows";
import { Preview } from "./Preview";
import { SavedViews } from "./SavedViews";
import { changeOf, filtersOf, isEmpty, type Filters } from "./filters";
import { remember } from "./lastList";
import { between } from "./rows";
import { usePlays } from "./usePlays";

const BY_NUMBER = 6;

export function PlaysPage() {
  const [params, changeUrl] = useUrl();
  const [, navigate] = useLocation();
  const search = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const lastChosen = useRef<string | null>(null);
  const filters = filtersOf(params);
  const { list, rows, arrived, showNew, query } = usePlays(filters);
  useEffect(() => remember(params), [params]);
  const at = params.get("at");
  const place = rows.findIndex((row) => row.id === at);

  const change = (changed: Partial<Filters>) => {
    setChosen(new Set());
    changeUrl(changeOf(changed), { push: true });
  };
  const rowsNow = useRef<readonly PlayRow[]>(rows);
  rowsNow.current = rows;
  const choose = useCallback((id: string, range: boolean) => {
    setChosen((before) => {
      const after = new Set(before);
      if (range && lastChosen.current) for (const each of between(rowsNow.current, lastChosen.current, id)) after.add(each);
      else if (!after.delete(id)) after.add(id);
      lastChosen.current = id;
      return after;
    });
  }, []);
  const go = (step: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, place < 0 ? 0 : place + step))];
    if (next) changeUrl({ at: next.id });
  };
  const toggleState = (state: string) => {
    const others = filters.states.filter((each) => each !== state);
    change({ states: others.length === filters.states.length ? [...others, state] : others });
  };
  const peeks = params.get("peek") === "1";
  const peek = () => changeUrl({ peek: peeks ? null : "1", ...(at || peeks ? {} : { at: rows[0]?.id ?? null }) });
  useKeys("Plays", [
    { keys: "j", label: "Next play", run: () => go(1) },
    { keys: "k", label: "Play before", run: () => go(-1) },
    { keys: "Enter", label: "Open the play", run: () => at && navigate(`/plays/${at}`) },
    { keys: "x", label: "Choose, or no longer", run: () => at && choose(at, false) },
    { keys: "Shift X", label: "Choose from the last one to here", run: () => at && choose(at, true) },
    { keys: "o", label: "Preview beside the list, or no longer", run: peek },
    { keys: "Escape", label: "Close the preview", run: peek, when: () => peeks },
    { keys: "n", label: "Show new plays", run: () => arrived.length && showNew() },
    { keys: "/", label: "Search", run: () => search.current?.focus() },
    ...PLAY_STATES.slice(0, BY_NUMBER).map((state, number) => ({
      keys: String(number + 1),
      label: `Only ${look(state).word.toLowerCase()}, or no longer`,
      run: () => toggleState(state),
    })),
  ]);

  const isFilled = rows.length > 0;
  const isNothing = !isFilled && list.isSuccess && isEmpty(filters);
  const shown = (
    <div className="list">
      {arrived.length > 0 && (
        <button type="button" className="pill main" onClick={showNew}>
          {arrived.length}
          {arrived.length >= 100 ? "+" : ""} new <span aria-hidden="true">↑</span>
        </button>
      )}
      <Rows
        rows={rows}
        at={at}
        chosen={chosen}
        onChoose={choose}
        hasMore={list.hasNextPage && !list.isFetchingNextPage}
        loadMore={() => void list.fetchNextPage()}
        isOld={list.isPlaceholderData}
      />
    </div>
  );
  return (
    <div className="plays">
      <h1>Plays</h1>
      <FilterBar filters={filters} change={change} search={search}>
        <SavedViews params={params} />
        <button type="button" aria-pressed={peeks} title="The chosen play beside the list (o)" onClick={peek}>
          Preview
        </button>
      </FilterBar>
      {!isNothing && <Histogram query={query} choose={(from, to) => change({ from, to, last: "" })} />}
      {list.isError && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {chosen.size > 0 && (
        <Chosen ids={[...chosen]} query={query} onDone={() => setChosen(new Set())} />
      )}
      {isFilled && (peeks ? <Split what="list" kept="flow8.plays.split" usual={50} left={shown} right={<Preview key={at} id={at} />} /> : shown)}
      {!isFilled && list.isSuccess && <Empty filters={filters} change={change} />}
      {!isFilled && list.isPending && <p className="quiet">Loading …</p>}
    </div>
  );
}
