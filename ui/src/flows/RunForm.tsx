// Runs the published version with arguments from a form, which its input schema makes.
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { ApiError, post } from "../api/client";
import type { Flow } from "../api/types";
import { SchemaForm } from "../forms/SchemaForm";
import { ErrorNotice } from "../parts/parts";
import { useKeys } from "../shell/keys";
import { begun, freshKey, readsArgs, strayProblems, UNNAMED } from "./args";
import type { Definition } from "./useFlow";

const WAIT_SECONDS = 2;
const FIRST = ".flows-run :is(input, textarea, select), .flows-run button.main";

/** Begin in the first field of the form, or at its button. */
export function focusForm(): void {
  const first = document.querySelector<HTMLElement>(FIRST);
  first?.focus();
  first?.closest("section")?.scrollIntoView({ block: "nearest" });
}

export function RunForm({ flow, definition }: { flow: Flow; definition: Definition | undefined }) {
  if (flow.published === null) {
    return (
      <section className="flows-card flows-run">
        <h2>Run it</h2>
        <p className="notice">Nothing is published yet, so nothing can run. Publish the draft in the editor.</p>
      </section>
    );
  }
  if (!definition) return null;
  return <Form key={`${flow.id} ${flow.published}`} flow={flow} definition={definition} />;
}

function Form({ flow, definition }: { flow: Flow; definition: Definition }) {
  const [, navigate] = useLocation();
  const schema = definition.input ?? {};
  const [args, setArgs] = useState<unknown>(() => begun(schema));
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const hasFields = Object.keys(schema.properties ?? {}).length > 0;
  const problems = error instanceof ApiError ? error.details : [];
  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      const idempotencyKey = freshKey();
      const made = await post("/flows/{name}/run", { path: { name: flow.id }, body: { args, wait: WAIT_SECONDS, idempotencyKey, force: !flow.enabled } as never });
      navigate(`/plays/${made.playId}`);
    } catch (refused) {
      setError(refused as Error);
      setBusy(false);
    }
  };
  // Whoever pressed Run in the list begins in the form.
  useEffect(() => {
    if (new URLSearchParams(location.search).has("run")) focusForm();
  }, []);
  useKeys("Run form", [{ keys: "Ctrl Enter", label: "Run it", run: () => !busy && void run() }]);
  return (
    <section className="flows-card flows-run" id="run">
      <h2>Run it</h2>
      {hasFields ? (
        <SchemaForm schema={schema} value={args} onChange={setArgs} problems={problems} path="args" />
      ) : definition.input ? (
        <SchemaForm schema={{ title: "Arguments", ...schema, type: undefined, description: "JSON" } as never} value={args} onChange={setArgs} problems={problems} path="args" />
      ) : readsArgs(definition) ? (
        <SchemaForm schema={UNNAMED} value={args} onChange={setArgs} problems={problems} path="args" />
      ) : (
        <p className="quiet">It names no arguments, so it runs without.</p>
      )}
      {error && <ErrorNotice error={strayProblems(error, schema)} />}
      {!flow.enabled && <p className="notice late">The flow is switched off. From here it runs all the same.</p>}
      <div className="buttons">
        <button type="button" className="main" disabled={busy} onClick={() => void run()}>
          {busy ? "Running …" : flow.enabled ? "Run" : "Run all the same"}
        </button>
        <kbd className="flows-hint">Ctrl Enter</kbd>
      </div>
    </section>
  );
}
