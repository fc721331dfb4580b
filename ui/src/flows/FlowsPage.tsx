// The list of flows: what is published, what differs from it, and how the last plays went.
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link } from "wouter";
import { get } from "../api/client";
import type { FlowRow } from "../api/types";
import { ErrorNotice, Moment, State } from "../parts/parts";
import { useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";

const PAGE = 100;
const TICKS = 12;

export function FlowsPage() {
  const [params, change] = useUrl();
  const search = useRef<HTMLInputElement>(null);
  const page = Number(params.get("page") ?? 1) || 1;
  const text = params.get("text") ?? "";
  const [typed, setTyped] = useState(text);
  const found = useQuery({
    queryKey: ["flows", "page", page],
    queryFn: ({ signal }) => get("/flows", { query: { page, size: PAGE }, signal }),
    placeholderData: (before) => before,
  });
  const rows = (found.data?.data ?? []).filter((flow) => fits(flow, text));
  const at = params.get("at");
  const place = rows.findIndex((row) => row.id === at);
  const go = (step: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, place < 0 ? 0 : place + step))];
    if (next) change({ at: next.id });
  };
  const here = rows[place];
  useKeys("Flows", [
    { keys: "j", label: "Next flow", run: () => go(1) },
    { keys: "k", label: "Flow before", run: () => go(-1) },
    { keys: "Enter", label: "Open the flow", run: () => here && window.location.assign(`/flows/${here.permanentId}`) },
    { keys: "/", label: "Search", run: () => search.current?.focus() },
  ]);
  return (
    <div className="flows">
      <h1>Flows</h1>
      <div className="filters" role="search" aria-label="Flows">
        <input
          ref={search}
          type="search"
          aria-label="Name of a flow"
          placeholder="Name …"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            change({ text: event.target.value.trim(), at: null });
          }}
        />
      </div>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      {found.data?.total === 0 && (
        <p className="notice">
          <strong>No flows yet.</strong> Import one: <code>./flow8core flow import examples/order-triage.yml --publish</code>
        </p>
      )}
      {found.data && found.data.total > 0 && rows.length === 0 && <p className="notice">No flow of this page is called so.</p>}
      {rows.length > 0 && (
        <ul className="flow-rows">
          {rows.map((flow) => (
            <Row key={flow.id} flow={flow} isHere={flow.id === at} />
          ))}
        </ul>
      )}
      {found.data && found.data.pages > 1 && (
        <nav className="buttons" aria-label="Pages">
          <button type="button" disabled={page <= 1} onClick={() => change({ page: String(page - 1), at: null }, { push: true })}>
            Before
          </button>
          <span>
            Page {page} of {found.data.pages}
          </span>
          <button type="button" disabled={page >= found.data.pages} onClick={() => change({ page: String(page + 1), at: null }, { push: true })}>
            Next
          </button>
        </nav>
      )}
    </div>
  );
}

function Row({ flow, isHere }: { flow: FlowRow; isHere: boolean }) {
  const plays = useQuery({
    queryKey: ["flows", "ticks", flow.id],
    queryFn: ({ signal }) => get("/flows/{name}/plays", { path: { name: flow.id }, query: { size: TICKS }, signal }),
    enabled: flow.published !== null,
    staleTime: 30_000,
  });
  return (
    <li className={isHere ? "here" : undefined} aria-current={isHere ? "true" : undefined}>
      <a href={`/flows/${flow.permanentId}`}>{flow.name}</a>
      <span className="quiet">
        {flow.published === null ? "never published" : `published v${flow.published}`}
        {flow.hasUnpublishedEdits && " · the draft differs"}
        {!flow.enabled && " · disabled"}
        {flow.category && ` · ${flow.category}`}
      </span>
      <span className="ticks" aria-label="The last plays, newest first">
        {plays.data?.data.map((play) => (
          <Link key={play.id} href={`/plays/${play.id}`} aria-label={`${play.title ?? play.id}`}>
            <State state={play.state} brief />
          </Link>
        ))}
      </span>
      <Link href={`/plays?flow=${encodeURIComponent(flow.permanentId)}`}>Plays</Link>
      <span className="quiet">
        changed <Moment at={flow.updatedAt} /> by {flow.updatedBy}
      </span>
    </li>
  );
}

function fits(flow: FlowRow, text: string): boolean {
  const lower = text.toLowerCase();
  return [flow.name, flow.permanentId, flow.category ?? ""].some((each) => each.toLowerCase().includes(lower));
}
