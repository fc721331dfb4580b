// Imports a flow from text. Where no channel came with it, its page opens at once; else its tokens are shown first.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { ApiError, postText } from "../api/client";
import type { Imported } from "../api/types";

export interface ImportWish {
  made: Imported | null;
  error: Error | null;
  busy: boolean;
  /** The text that would replace edits which nobody published: whoever sends it again forces it. */
  isRefused: boolean;
  send: (text: string, how: { publish: boolean; force?: boolean }) => Promise<void>;
  forget: () => void;
}

export function useImport(): ImportWish {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [made, setMade] = useState<Imported | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (text: string, { publish, force = false }: { publish: boolean; force?: boolean }) => {
    setBusy(true);
    setError(null);
    try {
      const done = await postText("/flows/import", text, { query: { publish, force } });
      await client.invalidateQueries({ queryKey: ["flows"] });
      if (done.channels.length) setMade(done);
      else navigate(`/flows/${done.flow.permanentId}`);
    } catch (refused) {
      setError(refused as Error);
    }
    setBusy(false);
  };
  const isRefused = error instanceof ApiError && error.code === "UNPUBLISHED_EDITS";
  return { made, error, busy, isRefused, send, forget: () => setError(null) };
}
