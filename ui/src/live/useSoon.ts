// Look again soon after a play began or ended, where the socket tells of it.
import { useEffect, useRef } from "react";
import { follow, type Told } from "./socket";

/** However much is told meanwhile, it looks once in so many milliseconds. */
export function useSoon(look: () => unknown, soonMs: number): void {
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = (told: Told) => {
      if (told.layerId) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        latest.current();
      }, soonMs);
    };
    const unfollow = follow("plays", hear);
    return () => {
      unfollow();
      clearTimeout(timer);
    };
  }, [soonMs]);
}
