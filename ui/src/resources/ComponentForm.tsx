// The form of a component, made from its provider's schema; its secrets are fields that can only be written.
import { useMemo, useState } from "react";
import { ApiError, post, put } from "../api/client";
import type { Component, Provider } from "../api/types";
import { useAct } from "../desk/Ask";
import { Field, Form, Tick } from "../desk/Form";
import { SchemaForm } from "../forms/SchemaForm";
import { Outcome, type Trial } from "./ComponentRow";
import { Secret } from "./Secret";
import { configOf, formOf } from "./config";

interface Props {
  component?: Component;
  providers: readonly Provider[];
  onDone: () => void;
  onClose: () => void;
}

export function ComponentForm({ component, providers, onDone, onClose }: Props) {
  const { error, busy, run } = useAct(onDone);
  const [chosen, setChosen] = useState(0);
  const [name, setName] = useState(component?.name ?? "");
  const [isDefault, setIsDefault] = useState(component?.isDefault ?? false);
  const [config, setConfig] = useState<unknown>(component?.config ?? {});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [trial, setTrial] = useState<Trial | undefined>();
  const provider = providers[chosen]!;
  const form = useMemo(() => formOf(provider), [provider]);
  const problems = error instanceof ApiError ? error.details.filter((each) => each.path.startsWith("config")) : [];
  const whole = () => configOf(config, secrets);
  const save = () =>
    void run(() =>
      component
        ? put("/components/{component}", {
            path: { component: component.id },
            ifMatch: component.rev,
            body: { name, config: whole(), isDefault },
          })
        : post("/components", { body: { name, kind: provider.kind, provider: provider.provider, config: whole(), isDefault } }),
    );
  const test = async () => {
    setTrial({ state: "busy" });
    try {
      const told = await post("/components/{component}/test", { path: { component: component!.id }, body: { config: whole() } });
      setTrial({ state: told.ok ? "ok" : "failed", message: told.message, seconds: told.seconds });
    } catch (refused) {
      const details = refused instanceof ApiError ? refused.details.map((each) => `${each.path} ${each.message}`) : [];
      setTrial({ state: "failed", message: [(refused as Error).message, ...details].join(" ") });
    }
  };
  return (
    <Form
      title={component ? `Change ${component.name}` : "New component"}
      save={component ? "Save" : "Make it"}
      {...{ error, busy, onClose }}
      onSave={save}
      more={
        component && (
          <button type="button" disabled={trial?.state === "busy"} onClick={() => void test()}>
            Test before saving
          </button>
        )
      }
    >
      {!component && (
        <Field label="What it is" path="provider" error={error} hint={firstSentence(provider.help)}>
          <select
            value={chosen}
            onChange={(event) => {
              setChosen(Number(event.target.value));
              setConfig({});
              setSecrets({});
            }}
          >
            {providers.map((each, n) => (
              <option key={each.kind + each.provider} value={n}>
                {each.kind}: {each.title}
              </option>
            ))}
          </select>
        </Field>
      )}
      <Field label="Name" path="name" error={error} hint="Flowlets name it so.">
        <input value={name} required onChange={(event) => setName(event.target.value)} />
      </Field>
      <Tick label={`The default: ${provider.kind} of every flowlet that names no other`} on={isDefault} onChange={setIsDefault} />
      <SchemaForm schema={form.schema} value={config} onChange={setConfig} problems={problems} path="config" />
      {form.secrets.map((each) => (
        <Secret
          key={provider.provider + each.name}
          label={each.label}
          hint={each.hint}
          path={`config.${each.name}`}
          isSet={component?.secrets[each.name] ?? false}
          onChange={(value) => setSecrets({ ...secrets, [each.name]: value })}
          error={error}
        />
      ))}
      {trial && <Outcome trial={trial} />}
    </Form>
  );
}

function firstSentence(text: string): string {
  return (text.split(/(?<=\.)\s/)[0] ?? text).replaceAll("`", "");
}
