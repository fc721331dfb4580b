// Moments and durations in words. Moments are relative in lists, with the exact one on hover and in copies.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `<1 ms`, `45 ms`, `1.24 s`, `2 min 3 s`, `1 h 5 min`, `2 d 3 h`; a dash before the end. */
export function duration(milliseconds: number | null): string {
  if (milliseconds === null) return "–";
  if (milliseconds < 1) return "<1 ms";
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10 * SECOND) return `${(milliseconds / SECOND).toFixed(2)} s`;
  if (milliseconds < MINUTE) return `${(milliseconds / SECOND).toFixed(1)} s`;
  if (milliseconds < HOUR) return two(milliseconds, MINUTE, "min", SECOND, "s");
  if (milliseconds < DAY) return two(milliseconds, HOUR, "h", MINUTE, "min");
  return two(milliseconds, DAY, "d", HOUR, "h");
}

function two(value: number, large: number, largeWord: string, small: number, smallWord: string): string {
  const rest = Math.floor((value % large) / small);
  return `${Math.floor(value / large)} ${largeWord}${rest ? ` ${rest} ${smallWord}` : ""}`;
}

/** `now`, `12 s ago`, `3 min ago`, `5 h ago`, then the date. */
export function ago(moment: string, now: number): string {
  const age = now - Date.parse(moment);
  if (age < 5 * SECOND) return "now";
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s ago`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  return new Date(moment).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
}

/** The exact moment in the zone of the browser, with its offset. */
export function exact(moment: string): string {
  const date = new Date(moment);
  const options = { dateStyle: "medium", timeStyle: "medium" } as const;
  const zone = new Intl.DateTimeFormat(undefined, { timeZoneName: "short" }).formatToParts(date);
  return `${date.toLocaleString(undefined, options)} ${zone.find((part) => part.type === "timeZoneName")?.value ?? ""}`.trim();
}

/** The time of day with its milliseconds, by the clock of the browser as everything else: `17:52:01.760`. */
export function timeOfDay(moment: string): string {
  const date = new Date(moment);
  const two = (count: number) => String(count).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** Bytes in words: `12 bytes`, `64 KiB`, `1.0 MiB`, `1.2 GiB`. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} bytes`;
  if (count < 1024 * 1024) return `${Math.round(count / 1024)} KiB`;
  if (count < 1024 ** 3) return `${(count / 1024 / 1024).toFixed(1)} MiB`;
  return `${(count / 1024 ** 3).toFixed(1)} GiB`;
}
