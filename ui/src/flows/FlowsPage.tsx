// The list of flows: what is published, how the last plays went, what starts them; and a search inside them.
import { useCallback, useDeferredValue, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { ListedFlow } from "../api/types";
import { may } from "../boot";
import { ErrorNotice } from "../parts/parts";
import { useBoot } from "../shell/context";
import { useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";
import "../style/flow.css";
import "../style/versions.css";
import "../style/flows.css";
import { Beginnings } from "./Beginnings";
import { FlowFilters } from "./FlowFilters";
import { NewFlow } from "./NewFlow";
import { Pages } from "./Pages";
import { Row } from "./Row";
import { duplicate } from "./duplicate";
import { useFlows, useGroups, useOverviews } from "./useFlows";

const NO_FLOWS: readonly ListedFlow[] = [];

export function FlowsPage() {
  const [params, change] = useUrl();
  const [, navigate] = useLocation();
  const { me } = useBoot();
  const search = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<Error | null>(null);
  const wanted = {
    text: params.get("text") ?? "",
    group: params.get("group") ?? "",
    category: params.get("category") ?? "",
    page: Number(params.get("page") ?? 1) || 1,
  };
  const text = useDeferredValue(wanted.text);
  const found = useFlows({ ...wanted, text });
  const rows = found.data?.data ?? NO_FLOWS;
  const overviews = useOverviews(rows);
  const groups = useGroups(me.rights.includes("view"));
  const nameOf = new Map(groups.data?.data.map((group) => [group.id, group.name]));
  const mayEdit = may(me, "edit");
  const at = params.get("at");
  const place = rows.findIndex((row) => row.id === at);
  const here = rows[place];
  const go = (step: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, place < 0 ? 0 : place + step))];
    if (next) change({ at: next.id });
  };
  const open = (more = "") => here && navigate(`/flows/${encodeURIComponent(here.permanentId)}${more}`);
  const copy = useCallback(
    async (flow: ListedFlow) => {
      setError(null);
      try {
        navigate(`/flows/${encodeURIComponent(await duplicate(flow))}/edit`);
      } catch (refused) {
        setError(refused as Error);
      }
    },
    [navigate],
  );
  useEffect(() => void document.querySelector(".flows-row.here")?.scrollIntoView({ block: "nearest" }), [at]);
  useKeys("Flows", [
    { keys: "j", label: "Next flow", run: () => go(1) },
    { keys: "k", label: "Flow before", run: () => go(-1) },
    { keys: "Enter", label: "Open the flow", run: () => open() },
    { keys: "r", label: "Run the flow", run: () => open("?run=1") },
    { keys: "e", label: "Edit the flow", run: () => open("/edit") },
    { keys: "d", label: "Duplicate the flow", run: () => here && mayEdit && void copy(here) },
    { keys: "n", label: "New flow", run: () => change({ new: "blank" }, { push: true }) },
    { keys: "/", label: "Search inside flows", run: () => search.current?.focus() },
  ]);
  const isFiltered = Boolean(wanted.text || wanted.group || wanted.category);
  const isEmpty = found.data?.total === 0;
  return (
    <div className="flows-page">
      <div className="flows-head">
        <h1>Flows</h1>
        {mayEdit && (
          <button type="button" className="main" onClick={() => change({ new: "blank" }, { push: true })}>
            New flow
          </button>
        )}
      </div>
      {!(isEmpty && !isFiltered) && <FlowFilters searchRef={search} wanted={wanted} change={change} groups={groups.data?.data ?? []} total={found.data?.total} />}
      {error && <ErrorNotice error={error} />}
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {overviews.isError && <ErrorNotice error={overviews.error} retry={() => void overviews.refetch()} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      {isEmpty && !isFiltered && <Beginnings />}
      {isEmpty && isFiltered && (
        <p className="notice">
          <strong>No flow fits.</strong> Every word has to stand somewhere inside the flow.{" "}
          <button type="button" onClick={() => change({ text: null, group: null, category: null, page: null }, { push: true })}>
            Show all flows
          </button>
        </p>
      )}
      {rows.length > 0 && (
        <ul className={found.isPlaceholderData ? "flows-list old" : "flows-list"} aria-label="Flows">
          {rows.map((flow) => (
            <Row
              key={flow.id}
              flow={flow}
              overview={overviews.data?.get(flow.id)}
              group={flow.groupId ? nameOf.get(flow.groupId) : undefined}
              isHere={flow.id === at}
              mayEdit={mayEdit}
              mayRun={may(me, "run")}
              onDuplicate={copy}
              onError={setError}
            />
          ))}
        </ul>
      )}
      {found.data && <Pages page={wanted.page} pages={found.data.pages} onPage={(page) => change({ page: page === 1 ? null : String(page), at: null }, { push: true })} />}
      {params.get("new") && mayEdit && <NewFlow how={params.get("new")!} change={change} />}
    </div>
  );
}
