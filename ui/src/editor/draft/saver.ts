// Saves a draft by itself: soon after a change, one request at a time, and never over somebody else's work.
import { ApiError } from "../../api/client";
import { isSame } from "../model/merge";
import type { FlowText } from "../model/types";
import { tie, type Told } from "./told";
import type { Loaded } from "./api";

export type Phase = "saved" | "waiting" | "saving" | "trying" | "conflict" | "refused" | "forbidden";

/** What is known of the draft on the server. */
export interface Saved {
  phase: Phase;
  /** The text that the server has, and its ETag. */
  base: FlowText;
  etag: string;
  at: Date;
  told: readonly Told[];
  published: number | null;
  error: Error | null;
}

export interface Ports {
  save: (text: FlowText, etag: string) => Promise<Loaded>;
  /** Called with what is not saved yet, and with null when all is. */
  keep: (text: FlowText | null, base: FlowText, etag: string) => void;
}

const QUIET_MS = 600;
const LONGEST_MS = 1500;
const RETRY_MS = [1000, 2000, 4000, 8000];

export class Saver {
  private wanted: FlowText;
  private since = 0;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private readonly watchers = new Set<() => void>();
  state: Saved;

  constructor(
    private readonly ports: Ports,
    loaded: Loaded,
  ) {
    this.wanted = loaded.text;
    this.state = read(loaded, loaded.text);
  }

  /** The text on the screen. */
  want(text: FlowText): void {
    if (text === this.wanted) return;
    this.wanted = text;
    this.schedule();
  }

  /** After a conflict: go on from their text, with this one on the screen. */
  resolve(theirs: Loaded, text: FlowText): void {
    this.wanted = text;
    this.set(read(theirs, theirs.text));
    this.schedule();
  }

  /** Save now. Afterwards the server has the text on the screen, or there is an error that says why not. */
  async flush(): Promise<void> {
    while (!this.isClean()) {
      if (this.state.phase === "conflict" || this.state.phase === "forbidden") throw this.state.error!;
      await this.save();
      if (this.state.error) throw this.state.error;
    }
  }

  text(): FlowText {
    return this.wanted;
  }

  isClean(): boolean {
    return isSame(this.wanted, this.state.base);
  }

  /** There is nothing to save and nothing being saved. */
  isIdle(): boolean {
    return this.state.phase === "saved" && this.running === null && this.isClean();
  }

  /** The draft was published as this version. */
  published(version: number): void {
    this.set({ ...this.state, published: version });
  }

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };

  /** The page goes: what is not saved yet is saved at once, without anybody looking on. */
  stop(): void {
    this.watchers.clear();
    clearTimeout(this.timer);
    if (!this.isClean() && this.state.phase === "waiting") void this.save();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.state.phase === "forbidden") return;
    if (this.isClean() && !this.running) {
      this.since = 0;
      this.ports.keep(null, this.state.base, this.state.etag);
      return this.set({ ...this.state, phase: "saved", error: null });
    }
    this.ports.keep(this.wanted, this.state.base, this.state.etag);
    if (this.state.phase === "conflict") return;
    this.since ||= Date.now();
    if (this.state.phase === "saved" || this.state.phase === "refused") this.set({ ...this.state, phase: "waiting" });
    const left = this.since + LONGEST_MS - Date.now();
    this.timer = setTimeout(() => void this.save(), Math.max(0, Math.min(QUIET_MS, left)));
  }

  private save(): Promise<void> {
    clearTimeout(this.timer);
    this.running ??= this.send().finally(() => {
      this.running = null;
      if (!this.isClean() && this.state.phase !== "trying" && this.state.phase !== "refused") this.schedule();
    });
    return this.running;
  }

  private async send(): Promise<void> {
    const text = this.wanted;
    this.since = 0;
    this.set({ ...this.state, phase: "saving" });
    try {
      const loaded = await this.ports.save(text, this.state.etag);
      this.tries = 0;
      this.set(read(loaded, text));
      if (this.isClean()) this.ports.keep(null, text, loaded.etag);
    } catch (error) {
      this.failed(error as Error);
    }
  }

  private failed(error: Error): void {
    const phase = phaseAfter(error);
    this.set({ ...this.state, phase, error });
    if (phase !== "trying") return;
    const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)]!;
    this.tries += 1;
    this.timer = setTimeout(() => void this.save(), wait);
  }

  private set(state: Saved): void {
    this.state = state;
    for (const watcher of this.watchers) watcher();
  }
}

function phaseAfter(error: Error): Phase {
  const status = error instanceof ApiError ? error.status : 0;
  if (status === 409) return "conflict";
  if (status === 403) return "forbidden";
  return status === 0 || status === 429 || status >= 500 ? "trying" : "refused";
}

function read(loaded: Loaded, base: FlowText): Saved {
  return {
    phase: "saved",
    base,
    etag: loaded.etag,
    at: new Date(loaded.updatedAt),
    told: tie(loaded.problems, base),
    published: loaded.published,
    error: null,
  };
}
