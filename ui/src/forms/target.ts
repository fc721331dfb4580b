// The setting that was in focus last: paths that somebody chooses in a pane go there.
import { useSyncExternalStore } from "react";

export interface Target {
  path: string;
  label: string;
  insert: (expressionPath: string) => void;
}

/** What is dragged from a pane to a field. */
export const DRAGGED = "text/x-flow8-path";

let target: Target | null = null;
const watchers = new Set<() => void>();

export function setTarget(next: Target | null): void {
  const isSame = target?.path === next?.path && target?.label === next?.label;
  target = next;
  if (!isSame) for (const watcher of watchers) watcher();
}

/** A field is gone: nothing goes there any more. */
export function leaveTarget(path: string): void {
  if (target?.path === path) setTarget(null);
}

export function insertPath(expressionPath: string): boolean {
  target?.insert(expressionPath);
  return target !== null;
}

/** The label of the setting that paths go to. */
export function useTargetLabel(): string | null {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => target?.label ?? null,
  );
}
