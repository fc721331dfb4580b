// What an expression comes to, under it while one types: worked out by the server, or shown from an example and called so.
import { useEffect, useState } from "react";
import { useConnection } from "../../live/connection";
import type { Evaluated, ExpressionContext } from "../types";
import { onlyPath, reached } from "./place";

const REST_MS = 350;
const SHOWN = 300;

export function ValueBeside({ source, context }: { source: string; context: ExpressionContext | undefined }) {
  const [found, setFound] = useState<{ source: string; told: Evaluated } | null>(null);
  const evaluate = context?.evaluate;
  const isReady = source.includes("{{") && source.includes("}}");
  const isOffline = useConnection() === "offline";
  useEffect(() => {
    if (!evaluate || !isReady || isOffline) return;
    let isOff = false;
    const timer = setTimeout(() => void evaluate(source).then((told) => !isOff && setFound({ source, told })), REST_MS);
    return () => {
      isOff = true;
      clearTimeout(timer);
    };
  }, [source, evaluate, isReady, isOffline]);
  if (!isReady) return null;
  if (!evaluate) return <Example source={source} context={context} />;
  const isOld = found?.source !== source;
  return (
    <output className={isOld ? "form-value form-old" : "form-value"} aria-live="polite">
      {found === null ? <span className="quiet">…</span> : found.told.error ? <span className="form-wrong">{found.told.error}</span> : <Told told={found.told} from={context?.from ?? null} />}
    </output>
  );
}

function Told({ told, from }: { told: Evaluated; from: string | null }) {
  return (
    <>
      <span aria-hidden="true">= </span>
      <code>{brief(told.value)}</code> {told.isCut && <span className="quiet">… goes on </span>}
      <span className="quiet">{told.note ?? from}</span>
    </>
  );
}

/** Without a play nothing is worked out; a mere path can still be looked up in what is known, such as an example. */
function Example({ source, context }: { source: string; context: ExpressionContext | undefined }) {
  const [found, setFound] = useState<{ source: string; value: unknown; from: string } | null>(null);
  useEffect(() => {
    let isOff = false;
    void knownAt(source, context).then((known) => !isOff && setFound(known && { source, ...known }));
    return () => void (isOff = true);
  }, [source, context]);
  if (found?.source !== source) return context ? <output className="form-value quiet">Its value shows here after the first test.</output> : null;
  return (
    <output className="form-value">
      <span aria-hidden="true">= </span>
      <code>{brief(found.value)}</code> <span className="quiet">{found.from}</span>
    </output>
  );
}

async function knownAt(source: string, context: ExpressionContext | undefined): Promise<{ value: unknown; from: string } | null> {
  const path = onlyPath(source);
  if (!path || !context) return null;
  const [ref, ...rest] = path.path;
  const loaded = path.root === "prev" && typeof ref === "string" ? await context.load?.(ref) : null;
  const value = loaded ? reached({ $prev: loaded.value }, "prev", rest) : reached(context.values, path.root, path.path);
  return value === undefined ? null : { value, from: loaded ? (loaded.from === "pin" ? "pinned" : loaded.from) : "args of the test" };
}

/** A value in one line. */
export function brief(value: unknown): string {
  const text = value === undefined ? "null" : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
