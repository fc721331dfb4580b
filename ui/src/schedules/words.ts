// When a schedule is due, in words: cron, intervals and single moments; and the moments as the clock on the wall shows them.
import type { Due, Schedule } from "../api/types";
import { duration } from "../parts/times";

type Timing = Pick<Schedule, "cron" | "intervalSeconds" | "at">;

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const SHORT_MONTHS = MONTHS.map((month) => month.slice(0, 3));
const MOST_TIMES = 6;

/** What one may begin with, in words and as cron. */
export const SUGGESTIONS = [
  { words: "every weekday at 09:00", cron: "0 9 * * 1-5" },
  { words: "every day at 02:00", cron: "0 2 * * *" },
  { words: "every hour", cron: "0 * * * *" },
  { words: "every 15 minutes", cron: "*/15 * * * *" },
  { words: "every Monday at 08:00", cron: "0 8 * * 1" },
  { words: "on the 1st of every month at 06:00", cron: "0 6 1 * *" },
] as const;

/** `every day at 02:00`, `every 90 seconds`, `once`. */
export function timingWords(timing: Timing): string {
  if (timing.cron !== null) return cronWords(timing.cron) ?? `by cron ${timing.cron}`;
  if (timing.intervalSeconds !== null) return `every ${span(timing.intervalSeconds)}`;
  return "once";
}

/** Seconds in the largest unit that divides them: `5 minutes`, `90 seconds`, `day`. */
export function span(seconds: number): string {
  for (const [unit, length] of [["day", 86_400], ["hour", 3600], ["minute", 60]] as const) {
    if (seconds % length === 0) return seconds === length ? unit : `${seconds / length} ${unit}s`;
  }
  return seconds === 1 ? "second" : `${seconds} seconds`;
}

/** A cron expression in words; null when it is none, or none that words make clearer. */
export function cronWords(text: string): string | null {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5) return null;
  const [minute, hour, date, month, weekday] = fields as [string, string, string, string, string];
  const clock = clockWords(minute, hour);
  const often = clock === null ? oftenWords(minute, hour) : null;
  const days = dayWords(date, weekday);
  const months = list(expanded(month, 1, 12, SHORT_MONTHS.map(lower)), (each) => MONTHS[each - 1]!, "and");
  if (!(clock ?? often) || days === null || months === null) return null;
  const year = month === "*" ? "" : ` in ${months}`;
  const each = date !== "*" && month === "*" ? " of every month" : "";
  if (clock !== null) return `${days || "every day"}${each}${year} at ${clock}`;
  return `${often}${days && `, ${days}`}${each}${year}`;
}

function clockWords(minute: string, hour: string): string | null {
  const minutes = expanded(minute, 0, 59), hours = expanded(hour, 0, 23);
  if (!minutes || !hours || hours.length === 24 || minutes.length * hours.length > MOST_TIMES) return null;
  return list(hours.flatMap((h) => minutes.map((m) => h * 60 + m)), (at) => `${two(Math.floor(at / 60))}:${two(at % 60)}`, "and");
}

function oftenWords(minute: string, hour: string): string | null {
  const minutes = expanded(minute, 0, 59), hours = expanded(hour, 0, 23);
  if (!minutes || !hours) return null;
  const pace = paceOf(minutes, 60);
  const within = hours.length === 24 ? "" : ` ${hoursWords(hours)}`;
  if (minutes.length === 1) return everyHour(minutes[0]!, hours);
  if (pace) return `every ${pace === 1 ? "minute" : `${pace} minutes`}${within}`;
  return minutes.length <= MOST_TIMES ? `at minutes ${list(minutes, String, "and")} of every hour${within}` : null;
}

function everyHour(minute: number, hours: number[]): string {
  const past = minute ? `, ${minute} minutes past` : "";
  const pace = paceOf(hours, 24);
  if (pace) return `every ${pace === 1 ? "hour" : `${pace} hours`}${past}`;
  return `every hour ${hoursWords(hours)}${past}`;
}

function hoursWords(hours: number[]): string {
  const isRun = hours.every((hour, at) => hour === hours[0]! + at);
  if (isRun && hours.length > 1) return `from ${two(hours[0]!)} to ${two(hours.at(-1)!)} o'clock`;
  return `of the hours ${list(hours, two, "and")}`;
}

/** The even step of numbers that begin at 0 and fill the whole range. */
function paceOf(numbers: number[], range: number): number | null {
  if (numbers[0] !== 0 || numbers.length < 2 || range % numbers.length) return null;
  const pace = range / numbers.length;
  return numbers.every((each, at) => each === at * pace) ? pace : null;
}

function dayWords(date: string, weekday: string): string | null {
  const dates = expanded(date, 1, 31), days = expanded(weekday, 0, 7, WEEKDAYS.map((day) => lower(day.slice(0, 3))));
  if (!dates || !days) return null;
  const byDate = date === "*" ? "" : `on the ${list(dates, ordinal, "and") ?? ""}`;
  const byWeek = weekday === "*" ? "" : weekWords([...new Set(days.map((day) => day % 7))].sort());
  if (!byDate || !byWeek) return byDate || byWeek;
  return date.startsWith("*") || weekday.startsWith("*") ? `${byDate} if it is ${byWeek.replace("every ", "")}` : `${byDate} or ${byWeek}`;
}

function weekWords(days: number[]): string {
  if (days.join() === "1,2,3,4,5") return "every weekday";
  if (days.join() === "0,6") return "every Saturday and Sunday";
  return `every ${list(days, (day) => WEEKDAYS[day]!, "and")}`;
}

/** The numbers that a field names; null where it is none. */
function expanded(field: string, low: number, high: number, names: readonly string[] = []): number[] | null {
  const found = new Set<number>();
  for (const part of field.split(",")) {
    const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
    if (!match) return null;
    const first = match[1] ? low : numberOf(match[2]!, low, names);
    const last = match[1] ? (high === 7 ? 6 : high) : match[3] ? numberOf(match[3], low, names) : first;
    const step = Number(match[4] ?? 1);
    if (Number.isNaN(first + last) || first < low || last > high || first > last || step < 1) return null;
    for (let each = first; each <= last; each += step) found.add(each);
  }
  return [...found].sort((a, b) => a - b);
}

function numberOf(word: string, low: number, names: readonly string[]): number {
  const at = names.indexOf(word.toLowerCase());
  return at < 0 ? Number(word) : at + low;
}

function list<T>(items: readonly T[] | null, word: (item: T) => string, and: string): string | null {
  if (!items) return null;
  const words = items.map(word);
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} ${and} ${words.at(-1)}`;
}

function ordinal(day: number): string {
  const ending = day % 100 >= 11 && day % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th");
  return `${day}${ending}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** `Mon 30 Nov 2026, 02:00`, as the clock on the wall shows it; seconds only where there are some. */
export function wall(localTime: string): string {
  const [, year, month, day, hour, minute, second] = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/.exec(localTime)!;
  const weekday = WEEKDAYS[new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDay()]!;
  return `${weekday.slice(0, 3)} ${Number(day)} ${SHORT_MONTHS[Number(month) - 1]} ${year}, ${hour}:${minute}${second === "00" ? "" : `:${second}`}`;
}

/** A moment as the clock of a zone shows it, written as `wall` writes it. */
export function inZone(moment: string, zone: string): string {
  const date = new Date(moment);
  const options = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const part = Object.fromEntries(new Intl.DateTimeFormat("en", options).formatToParts(date).map(({ type, value }) => [type, value]));
  return wall(`${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}`);
}

/** The offset at the end of a local time: `+02:00`. */
export function offset(localTime: string): string {
  return /(?:[+-]\d\d:\d\d|Z)$/.exec(localTime)?.[0].replace("Z", "+00:00") ?? "";
}

/** The places in a list of due times before which the clocks change. */
export function clockChanges(times: readonly Due[]): ReadonlySet<number> {
  return new Set(times.map((_, at) => at).filter((at) => at > 0 && offset(times[at]!.localTime) !== offset(times[at - 1]!.localTime)));
}

const OVERDUE_MS = 60_000;

/** Whether it should have been fired a good while ago: nobody leads. */
export function isOverdue(moment: string, now: number): boolean {
  return now - Date.parse(moment) >= OVERDUE_MS;
}

/** `in 9 h 5 min`, `in 12 s`, `now`, `overdue for 5 min`. */
export function until(moment: string, now: number): string {
  const seconds = Math.round((Date.parse(moment) - now) / 1000);
  if (isOverdue(moment, now)) return `overdue for ${duration(Math.floor(-seconds / 60) * 60_000)}`;
  if (seconds <= 1) return "now";
  if (seconds < 60) return `in ${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `in ${minutes} min`;
  if (minutes < 1440) return `in ${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
  const days = Math.floor(minutes / 1440);
  return days === 1 ? "in 1 day" : `in ${days} days`;
}

/** How many plays it makes to play past times, and for how many there is nothing to do. */
export function backfillWords(found: { count: number; already: number }): string {
  const had = found.already === 0 ? "" : ` ${found.already} of the span ${found.already === 1 ? "has its play" : "have theirs"} already.`;
  if (found.count === 0) return found.already === 0 ? "It was not due in this span." : `Nothing to play.${had}`;
  return `This makes ${found.count} ${found.count === 1 ? "play" : "plays"}.${had}`;
}
