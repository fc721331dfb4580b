// The last data of every flowlet, what is pinned, and tests of the draft.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError, get, post } from "../api/client";
import { ancestorsOf } from "../editor/model/order";
import type { Filter, FlowText } from "../editor/model/types";
import type { ExpressionContext, JsonSchema } from "../forms/types";
import { usePlay } from "../live/usePlay";
import { isOver } from "../parts/states";
import { useUrl } from "../shell/url";
import { contextFor, judged } from "./contexts";
import { outputOf, recordedOf, wholeOf, type Source } from "./known";
import { firstArgs } from "./firstArgs";
import type { Testing, TestState } from "./types";
import { usePins } from "./usePins";

export type { Testing } from "./types";

/** A test runs the draft that the server has: whoever shows a newer one saves it first. */
export function useTesting(flow: string, text: FlowText): Testing {
  const client = useQueryClient();
  const pinning = usePins(flow);
  const [mine, setMine] = useState<string | null>(null);
  const [isStarting, setIsStarting] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [params] = useUrl();
  const last = useLastPlay(flow);
  const found = usePlay(mine ?? params.get("play") ?? last?.id ?? "");
  const play = found.data ?? null;
  const [args, setArgs] = useArgs(text, play?.args, play !== null && !play.argsTruncated);
  const from: "test" | "play" | null = play === null ? null : play.test ? "test" : "play";
  const source: Source = useMemo(() => ({ client, text, play, from, pins: pinning.pins }), [client, text, play, from, pinning.pins]);
  const now = useRef(source);
  now.current = source;

  const run = useCallback(
    async (upTo?: string, only?: string) => {
      setError(null);
      setIsStarting(true);
      try {
        const prev = await standIns(now.current, upTo, only);
        const body = { args, ...(only ? { only } : upTo ? { upTo } : {}), ...(Object.keys(prev).length ? { prev } : {}) };
        const begun = await post("/flows/{name}/test", { path: { name: flow }, body });
        setMine(begun.playId);
      } catch (refused) {
        setError(refused as Error);
      }
      setIsStarting(false);
    },
    [flow, args],
  );
  const contextOf = useContexts(source, args);
  const state: TestState = isStarting ? "starting" : mine === null ? "idle" : play && isOver(play.state) ? "over" : "running";
  const layers = useMemo(() => new Map((play?.layers ?? []).map((each) => [each.ref, each])), [play]);
  const output = useCallback((ref: string) => outputOf(source, ref), [source]);
  const input = useCallback((ref: string) => recordedOf(source, ref, "input"), [source]);
  const judge = useCallback((ref: string, filters: readonly Filter[]) => judged(source, ref, filters), [source]);
  const trouble = error ?? (found.error instanceof ApiError ? found.error : null);
  return useMemo(
    () => ({ play, from, layers, state, error: trouble, args, setArgs, run, ...pinning, output, input, contextOf, judge }),
    [play, from, layers, state, trouble, args, setArgs, run, pinning, output, input, contextOf, judge],
  );
}

/** The flow's newest play that is over, tests counted. */
function useLastPlay(flow: string) {
  const found = useQuery({
    queryKey: ["plays", "last", flow],
    queryFn: ({ signal }) => get("/flows/{name}/plays", { path: { name: flow }, query: { size: 10 }, signal }),
    staleTime: 60_000,
  });
  return found.data?.data.find((each) => isOver(each.state)) ?? found.data?.data[0];
}

/** The args of the next test: what somebody wrote, else those of the last play, else what the input asks for. */
function useArgs(text: FlowText, last: unknown, isKnown: boolean): [unknown, (next: unknown) => void] {
  const [written, setWritten] = useState<{ value: unknown } | null>(null);
  const standard = useMemo(() => firstArgs(text.input as JsonSchema | undefined), [text.input]);
  return [written ? written.value : isKnown ? last : standard, useCallback((value: unknown) => setWritten({ value }), [])];
}

/** Outputs that stand in place of running: pins; for one flowlet alone, also what is known of those before it. */
async function standIns(source: Source, upTo: string | undefined, only: string | undefined): Promise<Record<string, unknown>> {
  const target = only ?? upTo;
  const known = new Map(source.text.flowlets.filter((each) => !each.inside).map((each) => [each.ref, each]));
  const prev: Record<string, unknown> = {};
  for (const [ref, value] of source.pins) if (ref !== target && known.has(ref)) prev[ref] = value;
  if (!only) return prev;
  for (const ref of ancestorsOf(source.text, only)) {
    if (ref in prev || !known.has(ref)) continue;
    const found = await recordedOf(source, ref, "output");
    const whole = found && (await wholeOf(found));
    if (whole && !whole.isCut) prev[ref] = whole.value;
  }
  return prev;
}

/** One context for each flowlet, the same until something that it says changes. */
function useContexts(source: Source, args: unknown): (ref: string) => ExpressionContext {
  const made = useRef(new Map<string, ExpressionContext>());
  useEffect(() => () => made.current.clear(), []);
  const order = useMemo(() => JSON.stringify(source.text.flowlets.map(({ ref, appId, after, index, inside }) => [ref, appId, after, index, inside])), [source.text]);
  const kept = useMemo(() => {
    made.current = new Map();
    return source;
  }, [order, source.play, source.pins, args]);
  return useCallback(
    (ref: string) => {
      const found = made.current.get(ref) ?? contextFor(kept, ref, args);
      made.current.set(ref, found);
      return found;
    },
    [kept, args],
  );
}
