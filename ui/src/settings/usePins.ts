// The pins of one flow as state; what the browser cannot keep lasts as long as the page.
import { useCallback, useEffect, useMemo, useState } from "react";
import { useBoot } from "../shell/context";
import { readPins, writePins, type Pins } from "./pins";

export interface Pinning {
  pins: Pins;
  pin: (ref: string, value: unknown) => void;
  unpin: (ref: string) => void;
  /** A flowlet has another ref now. */
  renamePin: (before: string, after: string) => void;
}

const NONE: Pins = new Map();

export function usePins(flow: string): Pinning {
  const { me } = useBoot();
  const key = `${me.company?.id ?? ""}/${flow}`;
  const [kept, setKept] = useState<{ key: string; pins: Pins }>({ key, pins: NONE });
  useEffect(() => {
    let isOff = false;
    void readPins(key).then(
      (pins) => !isOff && setKept({ key, pins }),
      () => undefined,
    );
    return () => void (isOff = true);
  }, [key]);
  const change = useCallback(
    (make: (pins: Map<string, unknown>) => void) =>
      setKept((before) => {
        const pins = new Map(before.key === key ? before.pins : []);
        make(pins);
        void writePins(key, pins).catch(() => undefined);
        return { key, pins };
      }),
    [key],
  );
  const pin = useCallback((ref: string, value: unknown) => change((pins) => pins.set(ref, value)), [change]);
  const unpin = useCallback((ref: string) => change((pins) => pins.delete(ref)), [change]);
  const renamePin = useCallback(
    (before: string, after: string) =>
      change((pins) => {
        if (!pins.has(before)) return;
        pins.set(after, pins.get(before));
        pins.delete(before);
      }),
    [change],
  );
  const pins = kept.key === key ? kept.pins : NONE;
  return useMemo(() => ({ pins, pin, unpin, renamePin }), [pins, pin, unpin, renamePin]);
}
