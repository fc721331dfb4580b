// Another secret for a component: it is tried first, and takes the old one's place only when it works.
import { useState } from "react";
import { post, put } from "../api/client";
import type { Component, Provider } from "../api/types";
import { useAct } from "../desk/Ask";
import { Form } from "../desk/Form";
import { Outcome, type Trial } from "./ComponentRow";
import { Secret } from "./Secret";
import { configOf, formOf } from "./config";

interface Props {
  component: Component;
  provider: Provider;
  onDone: () => void;
  onClose: () => void;
}

export function Rotate({ component, provider, onDone, onClose }: Props) {
  const [trial, setTrial] = useState<Trial | undefined>();
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [swapped, setSwapped] = useState(false);
  const { error, busy, run } = useAct(() => undefined);
  const config = () => configOf(component.config, secrets);
  const path = { component: component.id };
  const swap = async () => {
    await put("/components/{component}", { path, ifMatch: component.rev, body: { name: component.name, config: config() } });
    setSwapped(true);
  };
  const rotate = () =>
    void run(async () => {
      setTrial({ state: "busy" });
      const told = await post("/components/{component}/test", { path, body: { config: config() } }).catch((refused: Error) => {
        setTrial(undefined);
        throw refused;
      });
      setTrial({ state: told.ok ? "ok" : "failed", message: told.message, seconds: told.seconds });
      if (told.ok) await swap();
    });
  const isTyped = Object.values(secrets).some(Boolean);
  return (
    <Form
      title={`Rotate the secrets of ${component.name}`}
      save={swapped ? "Close" : "Test, then swap"}
      error={error}
      busy={busy || (!swapped && !isTyped)}
      onSave={swapped ? onDone : rotate}
      onClose={swapped ? onDone : onClose}
      more={
        trial?.state === "failed" && (
          <button type="button" className="desk-danger" disabled={busy} onClick={() => void run(swap)}>
            Swap all the same
          </button>
        )
      }
    >
      {formOf(provider).secrets.map((each) => (
        <Secret
          key={each.name}
          label={each.label}
          hint={each.hint}
          path={`config.${each.name}`}
          isSet={component.secrets[each.name] ?? false}
          onChange={(value) => setSecrets({ ...secrets, [each.name]: value })}
          error={error}
        />
      ))}
      {trial && <Outcome trial={trial} />}
      {trial?.state === "failed" && !swapped && <p className="quiet">Nothing was changed: the old secret is still in use.</p>}
      {swapped && (
        <p className="notice good" role="status">
          Swapped. The next play uses the new secret.
        </p>
      )}
    </Form>
  );
}
