// Where the rows of a tree come from: small values are here, large ones in a worker that never stops the page.
import { Tree, type Found, type TreeRow } from "./tree";

export interface Source {
  length: () => Promise<number>;
  slice: (from: number, to: number) => Promise<TreeRow[]>;
  toggle: (place: number) => Promise<number>;
  parentOf: (place: number) => Promise<number>;
  whole: (place: number) => Promise<{ text: string; path: string }>;
  find: (wanted: string) => Promise<Found>;
  /** Opens what is around the n-th place found; the row, and how many there are now. */
  reveal: (n: number) => Promise<{ place: number; length: number }>;
  close: () => void;
}

export function sourceOf(tree: Tree): Source {
  return {
    length: async () => tree.length,
    slice: async (from, to) => tree.slice(from, to),
    toggle: async (place) => {
      tree.toggle(place);
      return tree.length;
    },
    parentOf: async (place) => tree.parentOf(place),
    whole: async (place) => tree.whole(place),
    find: async (wanted) => tree.find(wanted),
    reveal: async (n) => ({ place: tree.reveal(n), length: tree.length }),
    close: () => undefined,
  };
}

/** A source whose value a worker fetches, parses and keeps; the page gets rows only. */
export function fetchedSource(url: string): Promise<Source> {
  const worker = new Worker(new URL("./tree.worker.ts", import.meta.url), { type: "module", name: "tree" });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let last = 0;
  const ask = <T>(call: string, ...args: unknown[]): Promise<T> =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ id: last, call, args });
    });
  worker.onmessage = ({ data }: MessageEvent<{ id: number; result?: never; error?: string }>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error === undefined) asked?.resolve(data.result as never);
    else asked?.reject(new Error(data.error));
  };
  worker.onerror = (event) => {
    for (const each of waiting.values()) each.reject(new Error(event.message || "The value could not be read."));
  };
  const names = ["length", "slice", "toggle", "parentOf", "whole", "find", "reveal"] as const;
  const calls = Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => ask(name, ...args)]));
  const source = { ...calls, close: () => worker.terminate() } as unknown as Source;
  return ask<number>("load", url).then(
    () => source,
    (error: Error) => {
      worker.terminate();
      throw error;
    },
  );
}
