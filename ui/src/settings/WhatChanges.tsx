// What the draft changes against the published version: worked out by the server, secrets masked.
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import { ErrorNotice } from "../parts/parts";
import { linesOf } from "./diffWords";

const WORDS = { "+": "new", "−": "gone", "~": "changed" } as const;

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
  const lines = linesOf(diff.data);
  if (diff.data.same || !lines.length) return <p className="notice">Nothing changes against the published version.</p>;
  return (
    <section aria-label="What changes">
      <h3>What changes</h3>
      <ul className="settings-changes">
        {lines.map((each, place) => (
          <li key={place}>
            <span aria-hidden="true">{each.sign}</span>
            <span className="unseen">{WORDS[each.sign]}: </span>
            <strong>{each.name}</strong> <span>{each.told}</span>
          </li>
        ))}
      </ul>
      {diff.data.truncated && <p className="quiet">There are more changes than are shown.</p>}
    </section>
  );
}
