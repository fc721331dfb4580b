// What a list of flows says in words: how the last plays went, what starts a flow, a free permanent id.
import type { Door, Overview, Timer } from "../api/types";
import { duration } from "../parts/times";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LONGEST_SLUG = 64;

/** `98 %`, of plays that are over; `100 %` only where none failed, and null before the first end. */
export function successRate(wentWell: number, failed: number): string | null {
  const all = wentWell + failed;
  if (all === 0) return null;
  const share = (100 * wentWell) / all;
  if (failed === 0) return "100 %";
  return `${share > 99 ? Math.floor(share * 10) / 10 : Math.round(share)} %`;
}

/** The same in a sentence, for who points at it. */
export function healthSentence(overview: Pick<Overview, "wentWell" | "failed" | "p95Ms">): string {
  const all = overview.wentWell + overview.failed;
  if (all === 0) return "No play is over yet.";
  const took = overview.p95Ms === null ? "" : ` 95 of 100 took at most ${duration(overview.p95Ms)}.`;
  if (all === 1) return `The only play that is over ${overview.wentWell ? "went well" : "failed"}.`;
  return `${overview.wentWell} of the last ${all} plays went well.${took}`;
}

/** How a route is called: `POST /orders`, `tool run_billing`, `websocket chat`. */
export function doorWords(door: Door): string {
  if (door.toolName) return `tool ${door.toolName}`;
  if (door.httpMethod) return `${door.httpMethod} ${door.path ?? ""}`.trim();
  return `${door.kind} ${door.path ?? door.channel}`;
}

/** When a schedule is due: `every 5 min`, `cron 0 2 * * *`, `once`. */
export function timerWords(timer: Timer): string {
  if (timer.cron) return `cron ${timer.cron}`;
  if (timer.intervalSeconds) return `every ${interval(timer.intervalSeconds)}`;
  return "once";
}

function interval(seconds: number): string {
  if (seconds % DAY === 0) return `${seconds / DAY} d`;
  if (seconds % HOUR === 0) return `${seconds / HOUR} h`;
  return seconds % MINUTE === 0 ? `${seconds / MINUTE} min` : `${seconds} s`;
}

/** `in 5 min`; `due` when that is over. */
export function until(moment: string, now: number): string {
  const left = Date.parse(moment) - now;
  return left <= 0 ? "due" : `in ${duration(Math.max(1000, Math.floor(left / 1000) * 1000))}`;
}

/** A permanent id out of a name: small letters, digits and inner hyphens. */
export function slugOf(name: string): string {
  const plain = name.normalize("NFKD").replace(/[̀-ͯ]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").slice(0, LONGEST_SLUG).replace(/^-+|-+$/g, "");
}

/** How the copies of a flow are called, one after the other. */
export function copyOf(permanentId: string, time: number): string {
  const end = time === 1 ? "-copy" : `-copy-${time}`;
  return permanentId.slice(0, LONGEST_SLUG - end.length).replace(/-+$/, "") + end;
}
