// What a play's page says of it: the verdict in one sentence, its steps in order, and which to look at first.
import type { LayerOfPlay, Play } from "../api/types";
import { duration } from "../parts/times";

/** One row of the play. Of a flowlet inside a loop the state is null; the loop has the counts. */
export interface Step {
  layer: LayerOfPlay;
  depth: number;
  /** The failure that the play failed of; other failures were allowed, or are what came of it. */
  isRoot: boolean;
  /** It is a loop with flowlets inside. */
  hasInside: boolean;
  /** It is a loop whose flowlets are folded away. */
  isClosed: boolean;
  /** A loop around it is folded, so that it is out of sight. */
  isHidden: boolean;
}

/** The ref that a layer's id begins with: `price` of `price#3`. */
export function refOf(layerId: string): string {
  return layerId.split("#", 1)[0]!;
}

/** How a play's page calls a layer in its address; a flowlet inside a loop has no layer of its own. */
export function stepId(layer: LayerOfPlay): string {
  return layer.layerId ?? layer.ref;
}

export function stepsOf(play: Play, closed = ""): Step[] {
  const shut = new Set(closed.split(",").filter(Boolean));
  const loops = new Set(play.layers.map((layer) => layer.inside));
  const hidden = new Set<string>();
  const depths = new Map<string, number>();
  const root = play.state === "FAIL" && play.error?.ref ? refOf(play.error.ref) : null;
  return play.layers.map((layer) => {
    const depth = layer.inside === null ? 0 : (depths.get(layer.inside) ?? 0) + 1;
    depths.set(layer.ref, depth);
    const isHidden = layer.inside !== null && (shut.has(layer.inside) || hidden.has(layer.inside));
    if (isHidden) hidden.add(layer.ref);
    const hasInside = loops.has(layer.ref);
    return { layer, depth, isRoot: layer.ref === root, hasInside, isClosed: hasInside && shut.has(layer.ref), isHidden };
  });
}

/** The folded loops as the address says them, with one turned. */
export function closedText(closed: string | null, loop: string): string {
  const before = (closed ?? "").split(",").filter(Boolean);
  const others = before.filter((each) => each !== loop);
  return (others.length === before.length ? [...others, loop] : others).join(",");
}

/** What became of the play, or what it is doing, in one sentence. */
export function verdict(play: Play): string {
  const failed = play.error;
  const skipped = play.layers.filter((layer) => layer.state === "SKIP").length;
  switch (play.state) {
    case "FAIL": {
      const where = failed?.ref ? `${failed.ref} failed${attempts(play, failed.ref)}: ` : "";
      const others = skipped ? ` ${skipped} later ${flowlets(skipped)} skipped because of it.` : "";
      return `${where}${sentence(failed?.message ?? "the play failed without a reason")}${others}`;
    }
    case "CANCELLED":
      return sentence(failed?.message ?? "It was cancelled");
    case "DONE":
      return wentWell(play);
    case "SKIP":
      return "It ended early on purpose.";
    case "FILTERED":
      return "No flowlet's conditions held, so nothing was done.";
    case "WAIT": {
      const waits = play.layers.filter((layer) => layer.state === "WAIT").map((layer) => layer.ref);
      return waits.length ? `It waits at ${waits.join(", ")}.` : "It waits.";
    }
    case "NEW":
      return "It is accepted and waits for a worker.";
    default: {
      const running = play.layers.filter((layer) => layer.state === "RUN").map((layer) => layer.ref);
      return running.length ? `Running ${running.join(", ")}.` : "It is under way.";
    }
  }
}

/** Of a play that is done: what failed on the way, which the flow allowed, is said all the same. */
function wentWell(play: Play): string {
  const failures = play.layers.flatMap(({ ref, state, loop }) => {
    if (state === "FAIL") return [`${ref} failed`];
    return loop?.failed ? [`${loop.failed} of ${loop.count} items of ${ref} failed`] : [];
  });
  const took = duration(play.durationMs);
  return failures.length ? `Done in ${took}, but ${failures.join(", ")}; the flow goes on all the same.` : `All went well in ${took}.`;
}

function attempts(play: Play, layerId: string): string {
  const layer = play.layers.find((each) => each.layerId === layerId);
  return layer && layer.attempts > 1 ? `, after ${layer.attempts} attempts` : "";
}

function flowlets(count: number): string {
  return count === 1 ? "flowlet was" : "flowlets were";
}

/** The first line of a text as a sentence; the rest of it stands with the step. */
function sentence(text: string): string {
  const [line, ...rest] = text.trim().split(/\s*\n/);
  if (rest.length) return `${line} …`;
  return /[.!?]$/.test(line!) ? line! : `${line}.`;
}

/** What to show first: why it failed, else what it waits for or does, else the last thing done. */
export function firstStep(play: Play): string | null {
  if (play.error?.ref) return play.error.ref;
  for (const state of ["WAIT", "RUN", "DEFERRED", "FAIL"]) {
    const found = play.layers.find((layer) => layer.state === state);
    if (found) return stepId(found);
  }
  const done = play.layers.filter((layer) => layer.state === "DONE").at(-1);
  return done ? stepId(done) : play.layers[0] ? stepId(play.layers[0]) : null;
}

/** A condition that did not hold, with the values that it saw: `total (120) gt 200`. */
export function unmetText(unmet: Record<string, unknown>): string {
  const side = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return `${side(unmet.left)} ${String(unmet.operator)} ${side(unmet.right)}: false`;
}

/** Which steps a filter of the page leaves: the failed ones, or those with a text in their name. */
export function narrowed(steps: readonly Step[], only: string, text: string): Step[] {
  const wanted = text.toLowerCase();
  const isNarrow = only !== "" || wanted !== "";
  return steps.filter(({ layer, isRoot, isHidden }) => {
    // Whoever looks for something finds it in folded loops too.
    if (isHidden && !isNarrow) return false;
    const failed = isRoot || layer.state === "FAIL" || (layer.loop?.failed ?? 0) > 0;
    const fits = only === "failed" ? failed : only === "" || layer.state === only;
    return fits && `${layer.ref} ${layer.name ?? ""} ${layer.appId ?? ""}`.toLowerCase().includes(wanted);
  });
}
