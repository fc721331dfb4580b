// Do something with the chosen plays, or with all that fit the filter; those are counted first.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import { ErrorNotice, useOneAtATime } from "../parts/parts";
import { Dialog } from "../shell/Dialog";
import { useKeys } from "../shell/keys";
import type { asked } from "./filters";

type Action = "rerun" | "cancel";
const ACTIONS = ["rerun", "cancel"] as const;
const WORDS: Record<Action, string> = { rerun: "Rerun", cancel: "Cancel" };

interface Props {
  ids: readonly string[];
  query: ReturnType<typeof asked>;
  onDone: () => void;
}

interface Said {
  count: number;
  refused: readonly { playId: string; message: string }[];
}

interface Wish {
  action: Action;
  to: string;
  count: number;
}

export function Chosen({ ids, query, onDone }: Props) {
  const client = useQueryClient();
  const [said, setSaid] = useState<Said | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const alone = useOneAtATime();
  const [wish, setWish] = useState<Wish | null>(null);
  const run = (work: () => Promise<void>) =>
    alone(async () => {
      setBusy(true);
      setError(null);
      await work().catch(setError);
      setBusy(false);
      void client.invalidateQueries({ queryKey: ["plays", "news"] });
    });
  const each = (action: Action) =>
    run(async () => {
      const done: Said = { count: 0, refused: [] };
      for (const id of ids) {
        try {
          if (action === "rerun") await post("/plays/{play_id}/rerun", { path: { play_id: id } });
          else await post("/plays/{play_id}/cancel", { path: { play_id: id } });
          done.count += 1;
        } catch (refused) {
          done.refused = [...done.refused, { playId: id, message: (refused as Error).message }];
        }
      }
      setSaid(done);
    });
  /** The action on 1,000 plays after the other. Plays accepted after `to` are left: reruns make new ones all the time. */
  const throughAll = async (action: Action, to: string, dryRun: boolean) => {
    const { state, ...others } = query;
    const filter = { ...others, to: query.to ?? to, states: state };
    const done: Said = { count: 0, refused: [] };
    let after: string | undefined;
    do {
      const found: Said & { next: string | null } = await post("/plays/bulk", { body: { action, filter, dryRun, after } });
      done.count += found.count;
      done.refused = [...done.refused, ...found.refused];
      after = found.next ?? undefined;
    } while (after);
    return done;
  };
  const count = (action: Action) =>
    run(async () => {
      const to = new Date().toISOString();
      setWish({ action, to, count: (await throughAll(action, to, true)).count });
    });
  const all = ({ action, to }: Wish) =>
    run(async () => {
      const done = await throughAll(action, to, false);
      setWish(null);
      setSaid(done);
    });
  useKeys("Chosen plays", [
    { keys: "r", label: "Rerun the chosen plays", run: () => void each("rerun") },
    { keys: "Escape", label: "Choose nothing", run: onDone },
  ]);
  return (
    <div className="chosen" role="region" aria-label="Chosen plays">
      <strong>{ids.length} chosen</strong>
      {ACTIONS.map((action) => (
        <button key={action} type="button" disabled={busy} onClick={() => void each(action)}>
          {WORDS[action]}
        </button>
      ))}
      {ACTIONS.map((action) => (
        <button key={action} type="button" className="plain" disabled={busy} title="They are counted first" onClick={() => void count(action)}>
          {WORDS[action]} all that fit …
        </button>
      ))}
      <button type="button" className="plain" onClick={onDone}>
        Choose nothing
      </button>
      {said && (
        <span role="status">
          Done with {said.count}
          {said.refused.length > 0 && `; ${said.refused.length} refused: ${said.refused[0]!.message}`}
        </span>
      )}
      {error && <ErrorNotice error={error} />}
      {wish && (
        <Dialog title={`${WORDS[wish.action]} ${wish.count.toLocaleString()} plays?`} onClose={() => setWish(null)}>
          <p>Every play that fits the filter now, whether it is in sight or not. Plays that come later are left.</p>
          <div className="buttons">
            <button type="button" className="main" disabled={busy} onClick={() => void all(wish)}>
              {WORDS[wish.action]} {wish.count.toLocaleString()}
            </button>
            <button type="button" onClick={() => setWish(null)}>
              Leave them
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
