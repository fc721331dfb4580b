// When a schedule is due as somebody types it, and as the API takes it.
import type { Schedule } from "../api/types";

export type TimingKind = "cron" | "interval" | "once";

export interface Typed {
  kind: TimingKind;
  cron: string;
  zone: string;
  count: string;
  unit: number;
  /** As a field for a moment has it, in the zone of the browser. */
  at: string;
}

export const TIMING_PATHS = ["cron", "timeZone", "intervalSeconds", "startsAt", "at"];
export const UNITS = [
  { seconds: 1, words: "seconds" },
  { seconds: 60, words: "minutes" },
  { seconds: 3600, words: "hours" },
  { seconds: 86_400, words: "days" },
] as const;

/** From one moment to another, be it as the API tells them or as two fields have them. */
export interface Span {
  from: string;
  to: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export function asTyped(schedule?: Schedule, cron = "0 9 * * 1-5"): Typed {
  const seconds = schedule?.intervalSeconds ?? 900;
  const unit = [...UNITS].reverse().find((each) => seconds % each.seconds === 0)!.seconds;
  return {
    kind: schedule?.at ? "once" : schedule?.intervalSeconds ? "interval" : "cron",
    cron: schedule?.cron ?? cron,
    zone: schedule?.cron ? schedule.timeZone : ownZone(),
    count: String(seconds / unit),
    unit,
    at: inField(schedule?.at ? new Date(schedule.at) : new Date(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS)),
  };
}

export function timingOf(typed: Typed) {
  if (typed.kind === "cron") return { cron: typed.cron.trim(), timeZone: typed.zone.trim() };
  if (typed.kind === "interval") return { intervalSeconds: Math.round((Number(typed.count) || 0) * typed.unit) };
  return { at: momentOf(typed.at) };
}

/** What a field for a moment holds, as the API takes it; what is no moment goes as it is, to be refused with its field. */
export function momentOf(typed: string): string {
  const moment = new Date(typed);
  return Number.isNaN(moment.getTime()) ? typed : moment.toISOString();
}

/** The minutes around what was missed, or the last day. */
export function pastSpan(missed: Span | null, now: number): Span {
  const from = missed ? Date.parse(missed.from) : now - 24 * HOUR_MS;
  const to = missed ? Math.min(Date.parse(missed.to) + MINUTE_MS, now) : now;
  return { from: inField(new Date(from)), to: inField(new Date(to)) };
}

export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

function inField(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
