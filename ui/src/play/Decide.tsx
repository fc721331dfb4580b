// Approve or decline what a play waits for, where one sees what it is about. Declining wants a note.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import type { LayerValues, Play } from "../api/types";
import { may } from "../boot";
import { ErrorNotice, useOneAtATime } from "../parts/parts";
import { useBoot } from "../shell/context";

export function Decide({ play, layer }: { play: Play; layer: LayerValues }) {
  const client = useQueryClient();
  const { me } = useBoot();
  const [note, setNote] = useState("");
  const [error, setError] = useState<Error | null>(null);
  const [said, setSaid] = useState(false);
  const alone = useOneAtATime();
  const decide = (decision: "approved" | "declined") =>
    alone(async () => {
      setError(null);
      try {
        await post("/plays/{play_id}/approve", {
          path: { play_id: play.id },
          body: { layerId: layer.layerId!, decision, ...(note.trim() ? { note: note.trim() } : {}) },
        });
        setSaid(true);
        void client.invalidateQueries({ queryKey: ["play", play.id] });
      } catch (refused) {
        setError(refused as Error);
      }
    });
  if (said) return <p className="notice" role="status">Your decision is stored; a worker carries it out.</p>;
  if (!may(me, "approve")) return <p className="notice">It waits for an approval. You have no right to decide here.</p>;
  return (
    <form className="decide notice late" onSubmit={(event) => event.preventDefault()}>
      <p>{layer.waiting?.note ? String(layer.waiting.note) : "It waits for an approval."}</p>
      <label>
        Note <input value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
      <div className="buttons">
        <button type="button" className="main" onClick={() => void decide("approved")}>
          Approve
        </button>
        <button type="button" disabled={!note.trim()} title={note.trim() ? undefined : "Write a note first"} onClick={() => void decide("declined")}>
          Decline
        </button>
      </div>
      {error && <ErrorNotice error={error} />}
    </form>
  );
}
