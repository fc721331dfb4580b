// This play beside another: states and durations by flowlet, and the first step whose output differs.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { address, get } from "../api/client";
import type { LayerValues, Play } from "../api/types";
import { Value } from "../data/Value";
import { usePlay } from "../live/usePlay";
import { ErrorNotice, State } from "../parts/parts";
import { duration } from "../parts/times";
import { UNASKED } from "./Details";
import { deltaText, firstDifference, pairs } from "./comparison";

export function Compare({ play, other, onClose }: { play: Play; other: string; onClose: () => void }) {
  const query = usePlay(other);
  const [chosen, setChosen] = useState<string | null>(null);
  const theirs = query.data;
  const found = theirs ? pairs(play, theirs) : [];
  const first = useQuery({
    queryKey: ["compare", play.id, other, play.state, theirs?.state],
    queryFn: async () =>
      firstDifference(found, async (ref) => {
        const [one, two] = await Promise.all([valuesOf(play.id, ref), valuesOf(other, ref)]);
        return [told(one), told(two)];
      }),
    enabled: theirs !== undefined,
    staleTime: Infinity,
  });
  const close = (
    <button type="button" className="plain" onClick={onClose}>
      Close the comparison
    </button>
  );
  if (query.isError && !theirs) {
    return (
      <section className="compare" aria-label="Comparison">
        <ErrorNotice error={query.error} retry={() => void query.refetch()} />
        <p>{close}</p>
      </section>
    );
  }
  if (!theirs) return <p className="quiet">Loading …</p>;
  const at = chosen ?? first.data ?? null;
  return (
    <section className="compare" aria-label="Comparison">
      <p>
        This play and <Link href={`/plays/${other}`}>{theirs.title ?? other}</Link>{" "}
        <span className="quiet">
          {versions(play, theirs)} · {duration(play.durationMs)} and {duration(theirs.durationMs)}
        </span>{" "}
        {close}
      </p>
      <p role="status">
        {first.isPending && "Looking for the first difference …"}
        {first.isError && `The outputs could not be compared: ${first.error.message}`}
        {first.isSuccess && (first.data ? `They first differ at ${first.data}.` : "No step's output differs.")}
      </p>
      <div className="compare-table">
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">This play</th>
              <th scope="col">The other</th>
              <th scope="col">Difference</th>
            </tr>
          </thead>
          <tbody>
            {found.map((each) => (
              <tr key={each.ref} className={each.ref === at ? "here" : undefined}>
                <th scope="row">
                  <button type="button" className="plain" onClick={() => setChosen(each.ref)}>
                    {each.ref}
                  </button>
                </th>
                {[each.one, each.other].map((layer, side) => (
                  <td key={side}>
                    {layer === null ? <span className="quiet">not there</span> : <State state={layer.state} />}{" "}
                    {layer?.startedAt && layer.durationMs !== null && <span className="quiet">{duration(layer.durationMs)}</span>}
                  </td>
                ))}
                <td>{deltaText(each.delta, duration)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {at && (
        <div className="beside">
          <Output key={`${play.id} ${at}`} play={play} name={at} />
          <Output key={`${other} ${at}`} play={theirs} name={at} />
        </div>
      )}
    </section>
  );
}

function Output({ play, name }: { play: Play; name: string }) {
  const layer = play.layers.find((each) => each.ref === name);
  const found = useQuery({
    queryKey: ["layer", play.id, name, "compared"],
    queryFn: () => valuesOf(play.id, name),
    enabled: Boolean(layer?.layerId),
  });
  const values = found.data;
  return (
    <div>
      <h3>
        {name} in {play.title ?? play.id}
      </h3>
      {!layer?.layerId && <p className="quiet">{layer ? "It stands inside a loop." : "It is not there."}</p>}
      {found.isError && <ErrorNotice error={found.error} />}
      {values?.error && <p className="notice bad">{values.error.message}</p>}
      {values && values.size === 0 && !values.error && <p className="quiet">It has no output.</p>}
      {values && values.size > 0 && (
        <Value
          label={`Output of ${name}`}
          value={values.output}
          size={values.size}
          isCut={values.truncated}
          raw={address("/plays/{play_id}/layers/{layer_id}/raw", { path: { play_id: play.id, layer_id: name }, query: { of: "output" } })}
        />
      )}
    </div>
  );
}

function valuesOf(id: string, layerId: string): Promise<LayerValues> {
  return get("/plays/{play_id}/layers/{layer_id}", { path: { play_id: id, layer_id: layerId }, query: { most: UNASKED } });
}

function told(values: LayerValues): string {
  return JSON.stringify([values.size, values.output, values.error]);
}

function versions(one: Play, other: Play): string {
  const word = (play: Play) => (play.version === null ? "a draft" : `v${play.version}`);
  return one.version === other.version ? `both ${word(one)}` : `${word(one)} and ${word(other)}`;
}
