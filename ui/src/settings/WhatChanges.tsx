// What the draft changes against the published version: worked out by the server, secrets masked.
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Diff } from "../api/types";
import { changesOf, movedWords, type Change } from "../flows/changes";
import { MARKS } from "../flows/marks";
import { ErrorNotice } from "../parts/parts";

const MOST_LINES = 4;

export function WhatChanges({ flow, etag, isFirst }: { flow: string; etag: string | null; isFirst: boolean }) {
  const diff = useQuery({
    queryKey: ["flow", flow, "diff", etag],
    queryFn: ({ signal }) => get("/flows/{name}/diff", { path: { name: flow }, query: { a: "published", b: "draft" }, signal }),
    enabled: !isFirst,
    staleTime: 0,
  });
  if (isFirst) return <p className="quiet">This is the flow's first version.</p>;
  if (diff.error) return <ErrorNotice error={diff.error} retry={() => void diff.refetch()} />;
  if (!diff.data) return <p className="quiet">Comparing with the published version …</p>;
  if (diff.data.same) return <p className="notice">Nothing changes against the published version.</p>;
  const moved = orderWords(diff.data);
  return (
    <section aria-label="What changes">
      <h3>What changes</h3>
      <ul className="settings-changes">
        {changesOf(diff.data).map((each) => (
          <Line key={`${each.mark} ${each.ref}`} change={each} />
        ))}
        {moved && <li className="quiet">{moved}</li>}
      </ul>
      {diff.data.truncated && <p className="quiet">There are more changes than are shown.</p>}
    </section>
  );
}

function Line({ change: { ref, mark, lines } }: { change: Change }) {
  const { sign, word, colour } = MARKS[mark];
  const more = lines.length - MOST_LINES;
  return (
    <li className="settings-change">
      <span className={`state ${colour}`}>
        <span aria-hidden="true">{sign}</span> {word}
      </span>
      <span>
        <strong>{ref ?? "The flow itself"}</strong> {lines.slice(0, MOST_LINES).join(", ")}
        {more > 0 && <span className="quiet"> and {more} more</span>}
      </span>
    </li>
  );
}

function orderWords(diff: Diff): string | null {
  return movedWords(diff) ?? (diff.flowlets.reordered ? "Flowlets stand in another order." : null);
}
