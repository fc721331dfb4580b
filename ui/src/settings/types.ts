// What is known about a flow's flowlets while one builds it: last data, pins, and how a test goes on.
import type { LayerOfPlay, Play } from "../api/types";
import type { Filter } from "../editor/model/types";
import type { ExpressionContext } from "../forms/types";

/** Where a value comes from: pinned by somebody, the last test, the last play, or the module's own example. */
export type From = "pin" | "test" | "play" | "example";

/** One value of a flowlet. */
export interface Known {
  value: unknown;
  from: From;
  /** Bytes, where the server counted them. */
  size: number | null;
  /** The value is the beginning of its text; `raw` has all of it. */
  isCut: boolean;
  raw: string | null;
}

/** Which conditions hold, and whether they do together; or why that cannot be said. */
export interface Judged {
  met: boolean[];
  holds: boolean | null;
  error?: string;
}

export type TestState = "idle" | "starting" | "running" | "over";

export interface Testing {
  /** The play that the data come from: a test of this visit, else the one of the address, else the flow's last. */
  play: Play | null;
  from: "test" | "play" | null;
  /** The layers of that play by ref, without payloads. */
  layers: ReadonlyMap<string, LayerOfPlay>;
  state: TestState;
  error: Error | null;
  args: unknown;
  setArgs: (next: unknown) => void;
  /** All of the draft, up to one flowlet, or one flowlet alone with what is known of the others. */
  run: (upTo?: string, only?: string) => Promise<void>;
  pins: ReadonlyMap<string, unknown>;
  pin: (ref: string, value: unknown) => void;
  unpin: (ref: string) => void;
  /** A flowlet has another ref now: its pin goes with it. */
  renamePin: (before: string, after: string) => void;
  /** The output that is known of a flowlet; fetched when first asked for. */
  output: (ref: string) => Promise<Known | null>;
  /** The args that a flowlet had in that play, its expressions resolved. */
  input: (ref: string) => Promise<Known | null>;
  /** What expressions of a flowlet may read. */
  contextOf: (ref: string) => ExpressionContext;
  /** Which conditions of a flowlet hold with the data that are known; null where nobody can say. */
  judge: (ref: string, filters: readonly Filter[]) => Promise<Judged | null>;
}
