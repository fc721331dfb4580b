// What an expression comes to, under it while one types: worked out by the server, or shown from an example and called so.
import { useEffect, useState } from "react";
import type { Evaluated, ExpressionContext } from "../types";
import { onlyPath, reached } from "./place";

const REST_MS = 350;
const SHOWN = 300;

export function ValueBeside({ source, context }: { source: string; context: ExpressionContext | undefined }) {
  const [found, setFound] = useState<{ source: string; told: Evaluated } | null>(null);
  const evaluate = context?.evaluate;
  const isReady = source.includes("{{") && source.includes("}}");
  useEffect(() => {
    if (!evaluate || !isReady) return;
    let isOff = false;
    const timer = setTimeout(() => void evaluate(source).then((told) => !isOff && setFound({ source, told })), REST_MS);
    return () => {
      isOff = true;
      clearTimeout(timer);
    };
  }, [source, evaluate, isReady]);
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

/** Without a play nothing is worked out; a mere path can still be looked up in the module's example. */
function Example({ source, context }: { source: string; context: ExpressionContext | undefined }) {
  const path = onlyPath(source);
  const value = path && context ? reached(context.values, path.root, path.path) : undefined;
  if (value === undefined) {
    return (
      <output className="form-value quiet">{context ? "Its value shows here after the first test." : ""}</output>
    );
  }
  return (
    <output className="form-value">
      <span aria-hidden="true">= </span>
      <code>{brief(value)}</code> <span className="quiet">example</span>
    </output>
  );
}

/** A value in one line. */
export function brief(value: unknown): string {
  const text = value === undefined ? "null" : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
