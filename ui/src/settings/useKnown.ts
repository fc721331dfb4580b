// A value that is known of a flowlet, fetched when it is looked at and again when something newer is there.
import { useEffect, useState } from "react";
import type { Known } from "./types";

export function useKnown(ask: () => Promise<Known | null>, inputs: readonly unknown[]): { known: Known | null; isLoading: boolean } {
  const [found, setFound] = useState<{ known: Known | null; isLoading: boolean }>({ known: null, isLoading: true });
  useEffect(() => {
    let isOff = false;
    void ask().then((known) => !isOff && setFound({ known, isLoading: false }));
    return () => void (isOff = true);
  }, inputs);
  return found;
}
