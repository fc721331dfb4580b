// Switches a flow on or off, at once.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api/client";
import type { FlowRow } from "../api/types";

interface Props {
  flow: FlowRow;
  disabled?: boolean;
  onError: (error: Error) => void;
}

export function Switch({ flow, disabled = false, onError }: Props) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const turn = async () => {
    setBusy(true);
    try {
      const path = { name: flow.id };
      await (flow.enabled ? post("/flows/{name}/disable", { path }) : post("/flows/{name}/enable", { path }));
      await client.invalidateQueries({ queryKey: ["flows"] });
    } catch (refused) {
      onError(refused as Error);
    }
    setBusy(false);
  };
  return (
    <button
      type="button"
      role="switch"
      className="flows-switch"
      aria-checked={flow.enabled}
      aria-label={`${flow.name} is on`}
      title={flow.enabled ? "On. Switched off, its channels and schedules start no play." : "Off. Its channels and schedules start no play."}
      disabled={busy || disabled}
      onClick={() => void turn()}
    >
      <span aria-hidden="true" />
    </button>
  );
}
