// A new flow with one flowlet, to go on with in the editor.
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { post } from "../api/client";
import { ErrorNotice } from "../parts/parts";
import { slugOf } from "./words";

export function Blank({ onMade }: { onMade: (permanentId: string) => void }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [slug, setSlug] = useState<string | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const permanentId = slug ?? slugOf(name);
  const make = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const first = { ref: "first", appId: "var", args: { values: { hello: "world" } } };
      const made = await post("/flows", { body: { flow: permanentId, name: name.trim(), flowlets: [first] } as never });
      void client.invalidateQueries({ queryKey: ["flows"] });
      onMade(made.permanentId);
    } catch (refused) {
      setError(refused as Error);
      setBusy(false);
    }
  };
  return (
    <form className="fields flows-way" onSubmit={(event) => void make(event)}>
      <label>
        Name
        <input autoFocus required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <label>
        Permanent id
        <input required pattern="[a-z0-9]([a-z0-9\-]{0,62}[a-z0-9])?" title="Up to 64 small letters, digits and inner hyphens" value={permanentId} onChange={(event) => setSlug(event.target.value)} />
        <span className="quiet">Addresses, channels and other flows know it by this; it never changes.</span>
      </label>
      {error && <ErrorNotice error={error} />}
      <div className="buttons">
        <button type="submit" className="main" disabled={busy}>
          Make it and open the editor
        </button>
      </div>
    </form>
  );
}
