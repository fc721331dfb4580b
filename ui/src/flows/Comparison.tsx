// What differs between two versions: the changes in words first, then both graphs or both texts.
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { get } from "../api/client";
import type { Diff, FlowRow, VersionNumbers, VersionRow } from "../api/types";
import { ErrorNotice } from "../parts/parts";
import { useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";
import { Changes, Moved } from "./Changes";
import { changesOf, countWords, marksOf, movedWords } from "./changes";
import { TextDiff } from "./TextDiff";
import { successRate } from "./words";

const FlowMap = lazy(() => import("./FlowMap"));

interface Props {
  flow: FlowRow;
  a: string;
  b: string;
  versions: readonly VersionRow[];
  numbers: readonly VersionNumbers[];
}

export function Comparison({ flow, a, b, versions, numbers }: Props) {
  const [params, change] = useUrl();
  const found = useQuery({
    queryKey: ["flows", "diff", flow.id, a, b, flow.published, flow.updatedAt],
    queryFn: ({ signal }) => get("/flows/{name}/diff", { path: { name: flow.id }, query: { a, b }, signal }),
  });
  const diff = found.data;
  const changes = diff ? changesOf(diff) : [];
  const at = params.get("at");
  const view = params.get("view") === "text" ? "text" : "graph";
  const isSide = params.get("side") === "1";
  const place = changes.findIndex((each) => keyOf(each.ref) === at);
  const go = (step: number) => {
    const next = changes[Math.max(0, Math.min(changes.length - 1, place < 0 ? 0 : place + step))];
    if (next) change({ at: keyOf(next.ref) });
  };
  useKeys("Changes", [
    { keys: "j", label: "Next change", run: () => go(1) },
    { keys: "k", label: "Change before", run: () => go(-1) },
    { keys: "s", label: "Text side by side or inline", run: () => change({ view: "text", side: isSide ? null : "1" }) },
  ]);
  useEffect(() => void document.querySelector(".flows-change.here")?.scrollIntoView({ block: "nearest" }), [at]);
  return (
    <section className="flows-comparison" aria-label="What differs">
      <form className="flows-sides" onSubmit={(event) => event.preventDefault()}>
        <Side label="From" value={a} flow={flow} versions={versions} onChange={(next) => change({ a: next, b, at: null }, { push: true })} />
        <span aria-hidden="true">→</span>
        <Side label="To" value={b} flow={flow} versions={versions} onChange={(next) => change({ a, b: next, at: null }, { push: true })} />
        <Rates a={a} b={b} numbers={numbers} flow={flow} />
      </form>
      {found.isPending && <p className="quiet">Comparing …</p>}
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {diff?.same && <p className="notice good">Both are the same.</p>}
      {diff && !diff.same && (
        <>
          <h2>
            {countWords(changes)}
            {movedWords(diff) && <span className="quiet">, {movedWords(diff)}</span>}
          </h2>
          {diff.truncated && <p className="notice late">More than 1,000 fields differ; these are the first. The text has them all.</p>}
          <Changes changes={changes} at={at} pick={(ref) => change({ at: keyOf(ref) })} />
          <Moved diff={diff} />
          <div className="flows-views">
            <div role="tablist" aria-label="How to show both">
              <button type="button" role="tab" aria-selected={view === "graph"} onClick={() => change({ view: null })}>
                Graphs
              </button>
              <button type="button" role="tab" aria-selected={view === "text"} onClick={() => change({ view: "text" })}>
                Text
              </button>
            </div>
            {view === "text" && (
              <button type="button" aria-pressed={isSide} onClick={() => change({ side: isSide ? null : "1" })}>
                Side by side
              </button>
            )}
          </div>
          {view === "text" ? <TextDiff a={diff.texts.a} b={diff.texts.b} isSide={isSide} /> : <Graphs diff={diff} at={at} pick={(ref) => change({ at: ref })} />}
        </>
      )}
    </section>
  );
}

/** How the address names a change; of the flow itself by a word that no ref can be. */
function keyOf(ref: string | null): string {
  return ref ?? "-flow";
}

function Graphs({ diff, at, pick }: { diff: Diff; at: string | null; pick: (ref: string) => void }) {
  const marks = marksOf(diff);
  return (
    <Suspense fallback={<p className="quiet">Loading …</p>}>
      <div className="flows-graphs">
        {(["a", "b"] as const).map((side) => (
          <figure key={side}>
            <figcaption className="quiet">{side === "a" ? "Before" : "After"}</figcaption>
            <FlowMap flowlets={diff.orders[side]} marks={marks[side]} at={at} pick={pick} label={side === "a" ? "Before" : "After"} />
          </figure>
        ))}
      </div>
    </Suspense>
  );
}

function Side({ label, value, flow, versions, onChange }: { label: string; value: string; flow: FlowRow; versions: readonly VersionRow[]; onChange: (next: string) => void }) {
  const shown = value === "published" && flow.published !== null ? String(flow.published) : value;
  const numbers = versions.map((each) => String(each.version));
  return (
    <label>
      {label}{" "}
      <select value={shown} onChange={(event) => onChange(event.target.value)}>
        <option value="draft">Draft</option>
        {!numbers.includes(shown) && shown !== "draft" && <option value={shown}>v{shown}</option>}
        {numbers.map((each) => (
          <option key={each} value={each}>
            v{each}
          </option>
        ))}
      </select>
    </label>
  );
}

/** How the plays of both went, where both were played. */
function Rates({ a, b, numbers, flow }: { a: string; b: string; numbers: readonly VersionNumbers[]; flow: FlowRow }) {
  const told = [a, b].map((side) => {
    const of = numbers.find((each) => String(each.version) === (side === "published" ? String(flow.published) : side));
    const rate = of && successRate(of.wentWell, of.failed);
    return of && rate ? `${rate} of ${of.wentWell + of.failed}` : null;
  });
  if (!told[0] || !told[1]) return null;
  return (
    <span className="quiet">
      Plays that went well: {told[0]} before, {told[1]} after
    </span>
  );
}
