// What belongs to a flow and its draft: name, category and title, its group, and its end.
import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { ApiError, getTagged, post, put } from "../api/client";
import type { Flow } from "../api/types";
import { ErrorNotice } from "../parts/parts";
import { useBoot } from "../shell/context";
import { DeleteFlow } from "./DeleteFlow";
import { useGroups } from "./useFlows";

export function FlowSettings({ flow }: { flow: Flow }) {
  const { me } = useBoot();
  const [isGoing, setGoing] = useState(false);
  return (
    <section className="flows-card">
      <h2>Settings</h2>
      <Texts key={`${flow.id} ${flow.updatedAt}`} flow={flow} />
      {me.rights.includes("edit") && <Group flow={flow} />}
      <div className="flows-end">
        <button type="button" onClick={() => setGoing(true)}>
          Delete the flow …
        </button>
      </div>
      {isGoing && <DeleteFlow flow={flow} onClose={() => setGoing(false)} />}
    </section>
  );
}

/** They stand in the draft: name and category count at once, the title of plays with the next version. */
function Texts({ flow }: { flow: Flow }) {
  const client = useQueryClient();
  const [error, setError] = useState<Error | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const before = { name: flow.name, category: flow.category ?? "", title: String(flow.draft.title ?? "") };
  const [now, setNow] = useState(before);
  const isSame = now.name.trim() === before.name && now.category.trim() === before.category && now.title === before.title;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    try {
      const { found, etag } = await getTagged("/flows/{name}", { path: { name: flow.id } });
      const changed: Record<string, unknown> = { ...found.draft, name: now.name.trim() };
      for (const [field, value] of [["category", now.category.trim()] as const, ["title", now.title] as const]) {
        if (value) changed[field] = value;
        else delete changed[field];
      }
      const saved = await put("/flows/{name}", { path: { name: flow.id }, body: changed as never, ifMatch: etag });
      setSaid(saved.hasUnpublishedEdits && flow.published !== null ? "Kept in the draft. Publish it to have it in new plays." : "Kept.");
      await client.invalidateQueries({ queryKey: ["flows"] });
    } catch (refused) {
      setError(refused as Error);
    }
  };
  const field = (name: keyof typeof now) => ({ value: now[name], onChange: (event: { target: { value: string } }) => setNow({ ...now, [name]: event.target.value }) });
  const details = error instanceof ApiError ? error : null;
  return (
    <form className="fields" onSubmit={(event) => void save(event)}>
      <label>
        Name
        <input required maxLength={200} {...field("name")} />
      </label>
      <label>
        Category
        <input maxLength={100} {...field("category")} />
      </label>
      <label>
        Title of its plays
        <input spellCheck={false} placeholder="Order {{ $args.id }}" {...field("title")} />
      </label>
      {error && <ErrorNotice error={details ?? error} />}
      {said && isSame && (
        <p className="quiet" role="status">
          {said}
        </p>
      )}
      {!isSame && (
        <div className="buttons">
          <button type="submit" className="main">
            Keep
          </button>
          <button type="button" onClick={() => setNow(before)}>
            As it was
          </button>
        </div>
      )}
    </form>
  );
}

function Group({ flow }: { flow: Flow }) {
  const client = useQueryClient();
  const groups = useGroups(true);
  const [error, setError] = useState<Error | null>(null);
  const rows = groups.data?.data ?? [];
  const move = async (group: string) => {
    setError(null);
    try {
      await post("/flows/{name}/move", { path: { name: flow.id }, body: { group: group || null } });
      await Promise.all([client.invalidateQueries({ queryKey: ["flows"] }), client.invalidateQueries({ queryKey: ["groups"] })]);
    } catch (refused) {
      setError(refused as Error);
    }
  };
  if (rows.length === 0) return null;
  return (
    <div className="fields flows-group">
      <label>
        Group
        <select value={flow.groupId ?? ""} onChange={(event) => void move(event.target.value)}>
          <option value="">No group</option>
          {rows.map((group) => (
            <option key={group.id} value={group.id}>
              {group.name}
            </option>
          ))}
        </select>
        <span className="quiet">A group gives rights, KV entries and rules of retention to what stands in it.</span>
      </label>
      {error && <ErrorNotice error={error} />}
    </div>
  );
}
