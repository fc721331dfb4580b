// The versions of a flow, and what differs between two of them: in words, as graphs, as text.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { get } from "../api/client";
import type { FlowRow, VersionRow } from "../api/types";
import { may } from "../boot";
import { ErrorNotice } from "../parts/parts";
import { useBoot } from "../shell/context";
import { useUrl } from "../shell/url";
import "../style/flow.css";
import "../style/versions.css";
import "../style/flows.css";
import { Comparison } from "./Comparison";
import { Pages } from "./Pages";
import { Restore } from "./Restore";
import { VersionList } from "./VersionList";

const PAGE = 25;

export function VersionsPage({ name }: { name: string }) {
  const [params, change] = useUrl();
  const [, navigate] = useLocation();
  const { me } = useBoot();
  const [restoring, setRestoring] = useState<number | null>(null);
  const page = Number(params.get("page") ?? 1) || 1;
  const flow = useQuery({ queryKey: ["flows", "summary", name], queryFn: ({ signal }) => get("/flows/{name}/summary", { path: { name }, signal }) });
  const versions = useQuery({
    queryKey: ["flows", "versions", name, page],
    queryFn: ({ signal }) => get("/flows/{name}/versions", { path: { name }, query: { page, size: PAGE }, signal }),
    placeholderData: (before) => before,
  });
  const numbers = useQuery({ queryKey: ["flows", "version numbers", name], queryFn: ({ signal }) => get("/flows/{name}/versions/numbers", { path: { name }, signal }) });
  const rows = versions.data?.data;
  const chosen = flow.data && rows ? sidesOf(params, flow.data, rows) : null;
  const place = `/flows/${encodeURIComponent(name)}`;
  return (
    <div className="flows-versions">
      <header>
        <ol className="crumbs">
          <li>
            <Link href="/flows">Flows</Link>
          </li>
          <li>
            <Link href={place}>{flow.data?.name ?? name}</Link>
          </li>
          <li aria-current="page">Versions</li>
        </ol>
        <h1>Versions of {flow.data?.name ?? name}</h1>
      </header>
      {flow.isError && <ErrorNotice error={flow.error} retry={() => void flow.refetch()} />}
      {!flow.isError && versions.isError && <ErrorNotice error={versions.error} retry={() => void versions.refetch()} />}
      {!flow.isError && numbers.isError && <ErrorNotice error={numbers.error} retry={() => void numbers.refetch()} />}
      {rows?.length === 0 && (
        <p className="notice">
          <strong>No version yet.</strong> Publish once to start history: a version is made by each publication, in the <Link href={`${place}/edit`}>editor</Link>.
        </p>
      )}
      {flow.data && rows && rows.length > 0 && (
        <div className="flows-history">
          <div>
            <VersionList
              flow={flow.data}
              versions={rows}
              numbers={numbers.data?.data ?? []}
              sides={chosen}
              choose={(a, b) => change({ a, b, at: null }, { push: true })}
              restore={may(me, "edit") ? setRestoring : null}
            />
            <Pages page={page} pages={versions.data!.pages} onPage={(next) => change({ page: next === 1 ? null : String(next) }, { push: true })} />
          </div>
          {chosen ? (
            <Comparison key={`${chosen.a} ${chosen.b}`} flow={flow.data} a={chosen.a} b={chosen.b} versions={rows} numbers={numbers.data?.data ?? []} />
          ) : (
            <p className="notice">This is the first version, and the draft is the same. Once there is another, what differs stands here.</p>
          )}
        </div>
      )}
      {restoring !== null && flow.data && (
        <Restore flow={flow.data} number={restoring} onClose={() => setRestoring(null)} onDone={() => navigate(`${place}/versions?a=published&b=draft`)} />
      )}
    </div>
  );
}

export interface Sides {
  a: string;
  b: string;
}

/** What the address asks for; else the draft against what is published, where they differ, else the last two versions. */
function sidesOf(params: URLSearchParams, flow: FlowRow, rows: readonly VersionRow[]): Sides | null {
  const [a, b] = [params.get("a"), params.get("b")];
  if (a && b) return { a, b };
  if (flow.hasUnpublishedEdits) return { a: "published", b: "draft" };
  const [last, before] = rows;
  return last && before ? { a: String(before.version), b: String(last.version) } : null;
}
