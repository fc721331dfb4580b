// What a flow does: the graph of its published version, or of its draft before there is one.
import type { UseQueryResult } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import type { Flow, Ordered } from "../api/types";
import { ErrorNotice } from "../parts/parts";
import type { Definition } from "./useFlow";

const FlowMap = lazy(() => import("./FlowMap"));

interface Props {
  flow: Flow;
  definition: UseQueryResult<Definition, Error>;
}

export function What({ flow, definition }: Props) {
  const isDraft = flow.published === null;
  const shown = isDraft ? (flow.draft as Definition) : definition.data;
  const flowlets = (shown?.flowlets ?? []).map(
    (each): Ordered => ({ ref: each.ref, name: each.name ?? null, appId: each.appId ?? null, inside: each.inside ?? null, after: each.after ?? null, index: each.index ?? null }),
  );
  return (
    <section className="flows-card">
      <h2>What it does {isDraft && <span className="quiet">in the draft</span>}</h2>
      {definition.isError && <ErrorNotice error={definition.error} retry={() => void definition.refetch()} />}
      {shown && (
        <Suspense fallback={<p className="quiet">Loading …</p>}>
          <FlowMap flowlets={flowlets} label={`Graph of ${flow.name}`} />
        </Suspense>
      )}
    </section>
  );
}
