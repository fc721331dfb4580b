// The last data of every flowlet, what is pinned, and tests of the draft.
import type { FlowText } from "../editor/model/types";
import type { Testing } from "./types";

export type { Testing } from "./types";

export function useTesting(_flow: string, _text: FlowText): Testing {
  return {
    play: null,
    from: null,
    layers: new Map(),
    state: "idle",
    error: null,
    args: {},
    setArgs: () => undefined,
    run: async () => undefined,
    pins: new Map(),
    pin: () => undefined,
    unpin: () => undefined,
    output: async () => null,
    input: async () => null,
    contextOf: () => ({ values: {}, from: null }),
  };
}
