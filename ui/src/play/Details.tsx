// The details of one step: why it failed, what it was given, what came of it, what it logged, how it is set.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { address, get } from "../api/client";
import type { LayerValues, Play } from "../api/types";
import { Value } from "../data/Value";
import { Copy, ErrorNotice, Moment, State } from "../parts/parts";
import { isOver } from "../parts/states";
import { duration } from "../parts/times";
import { useUrl } from "../shell/url";
import { Decide } from "./Decide";
import { Items } from "./Items";
import { LogLines } from "./Logs";
import { refOf, unmetText } from "./model";
import { useVersion } from "./useVersion";

type Part = "error" | "input" | "output" | "logs" | "config" | "items";
const NAMES: Record<Part, string> = { error: "Error", input: "Input", output: "Output", logs: "Logs", config: "Config", items: "Items" };
/** The most bytes of a value that come unasked. */
export const UNASKED = 128 * 1024;

export function Details({ play, step }: { play: Play; step: string }) {
  const [params, change] = useUrl();
  const row = play.layers.find((layer) => layer.ref === refOf(step));
  const isInsideLoop = row?.layerId === null && !step.includes("#");
  const found = useQuery({
    queryKey: ["layer", play.id, step, row?.state, row?.attempts],
    queryFn: ({ signal }) =>
      get("/plays/{play_id}/layers/{layer_id}", { path: { play_id: play.id, layer_id: step }, query: { most: UNASKED }, signal }),
    enabled: !isInsideLoop,
    placeholderData: (before) => before,
    refetchInterval: isOver(play.state) || !step.includes("#") ? false : 3000,
  });
  if (isInsideLoop) return <Inside play={play} loop={row.inside!} name={row.ref} />;
  if (found.isError && !found.data) return <ErrorNotice error={found.error} retry={() => void found.refetch()} />;
  const layer = found.data;
  if (!layer) return <p className="quiet">Loading …</p>;
  const parts: Part[] = [
    ...(layer.error ? ["error" as const] : []),
    ...(layer.loop ? ["items" as const] : []),
    "input",
    "output",
    "logs",
    "config",
  ];
  const wanted = params.get("part") as Part | null;
  const part = wanted && parts.includes(wanted) ? wanted : usual(layer, parts);
  return (
    <section className={found.isPlaceholderData ? "details old" : "details"} aria-label={`Step ${step}`}>
      <Head layer={layer} play={play} />
      <div role="tablist" aria-label="Parts of the step">
        {parts.map((each) => (
          <button key={each} type="button" role="tab" aria-selected={each === part} onClick={() => change({ step, part: each })}>
            {NAMES[each]}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={NAMES[part]} className="part">
        {part === "error" && <Failed layer={layer} />}
        {part === "items" && <Items play={play} layerId={step} />}
        {part === "input" && <OfLayer play={play} layer={layer} of="input" />}
        {part === "output" && <OfLayer play={play} layer={layer} of="output" />}
        {part === "logs" && <LogLines play={play} layerId={step} />}
        {part === "config" && <Config play={play} name={layer.ref} />}
      </div>
    </section>
  );
}

function usual(layer: LayerValues, parts: readonly Part[]): Part {
  if (layer.error) return "error";
  if (parts.includes("items")) return "items";
  return layer.state === "DONE" ? "output" : "input";
}

function Head({ layer, play }: { layer: LayerValues; play: Play }) {
  const around = layer.layerId?.includes("#") ? layer.layerId.slice(layer.ref.length) : "";
  return (
    <header>
      <h2>
        <State state={layer.state} /> {layer.name ?? layer.ref}
        {around && <span className="quiet"> item {around.slice(1).replaceAll("#", ", ")}</span>}
      </h2>
      <p className="facts quiet">
        {layer.appId && <span>{layer.appId}</span>}
        {layer.effect && <span>effect {layer.effect}</span>}
        {layer.attempts > 0 && <span>{layer.attempts === 1 ? "1 attempt" : `${layer.attempts} attempts`}</span>}
        {layer.durationMs !== null && layer.startedAt && <span>{duration(layer.durationMs)}</span>}
        {layer.startedAt && (
          <span>
            began <Moment at={layer.startedAt} />
          </span>
        )}
        {layer.child && (
          <span>
            played <Link href={`/plays/${layer.child}`}>{layer.child}</Link>
          </span>
        )}
        {layer.dueAt && (
          <span>
            due <Moment at={layer.dueAt} />
          </span>
        )}
      </p>
      {layer.unmet.length > 0 && (
        <div className="notice">
          Its conditions did not hold:
          <ul>
            {layer.unmet.map((unmet) => (
              <li key={String(unmet.position)}>
                <code>{unmetText(unmet)}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
      {layer.decision && (
        <p className="notice">
          {layer.decision.approved ? "Approved" : "Declined"} by {String(layer.decision.by)}
          {layer.decision.note ? `: ${String(layer.decision.note)}` : ""}
        </p>
      )}
      {layer.state === "WAIT" && layer.waiting?.what === "approval" && <Decide play={play} layer={layer} />}
    </header>
  );
}

function Failed({ layer }: { layer: LayerValues }) {
  const error = layer.error!;
  return (
    <div className="failed">
      <p className="notice bad">
        <strong>{error.code}</strong> {error.message}
      </p>
      <Copy text={`${error.code}: ${error.message}`}>Copy</Copy>
    </div>
  );
}

function OfLayer({ play, layer, of }: { play: Play; layer: LayerValues; of: "input" | "output" }) {
  if (layer.startedAt === null) return <p className="quiet">It has not begun, so there is nothing to see yet.</p>;
  const isInput = of === "input";
  const size = isInput ? layer.inputSize : layer.size;
  if (size === 0) return <p className="quiet">{isInput ? "It was given nothing." : "It has no output."}</p>;
  const raw = address("/plays/{play_id}/layers/{layer_id}/raw", {
    path: { play_id: play.id, layer_id: layer.layerId! },
    query: { of },
  });
  return (
    <Value
      key={of}
      label={`${isInput ? "Input" : "Output"} of ${layer.layerId}`}
      value={isInput ? layer.input : layer.output}
      size={size}
      isCut={isInput ? layer.inputTruncated : layer.truncated}
      raw={raw}
    />
  );
}

function Config({ play, name }: { play: Play; name: string }) {
  const version = useVersion(play);
  if (play.version === null) return <p className="quiet">A test of a draft keeps no version to look at.</p>;
  if (version.isError) return <ErrorNotice error={version.error} retry={() => void version.refetch()} />;
  const found = version.data?.find((each) => each.ref === name);
  if (!found) return <p className="quiet">{version.data ? "The version does not name this flowlet." : "Loading …"}</p>;
  const text = JSON.stringify(found, null, 2);
  return (
    <>
      <Copy text={text}>Copy</Copy>
      <pre className="beginning">{text}</pre>
    </>
  );
}

function Inside({ play, loop, name }: { play: Play; loop: string; name: string }) {
  return (
    <section className="details" aria-label={`Step ${name}`}>
      <p className="notice">
        <code>{name}</code> runs once for each item of{" "}
        <Link href={`/plays/${play.id}?step=${encodeURIComponent(loop)}&part=items`}>{loop}</Link>. Choose an item to see what it did there.
      </p>
      {!play.layers.some((layer) => layer.ref === loop && layer.layerId === null) && <Items play={play} layerId={loop} only={name} />}
    </section>
  );
}
