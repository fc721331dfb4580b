// Look again soon after something happened, where the socket tells of it.
import { useEffect, useRef } from "react";
import { follow, type Told } from "./socket";

/** A play itself began or ended, not one of its layers. */
export const isOfWholePlay = (told: Told) => !told.layerId;

interface News {
  /** `plays`, or one of them by `play:<id>`. */
  of: string;
  isNews: (told: Told) => boolean;
  /** However much is told meanwhile, it looks once in so many milliseconds. */
  soonMs: number;
}

export function useSoon({ of, isNews, soonMs }: News, look: () => unknown): void {
  const latest = useRef({ isNews, look });
  latest.current = { isNews, look };
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hear = (told: Told) => {
      if (!latest.current.isNews(told)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        latest.current.look();
      }, soonMs);
    };
    const unfollow = follow(of, hear);
    return () => {
      unfollow();
      clearTimeout(timer);
    };
  }, [of, soonMs]);
}
