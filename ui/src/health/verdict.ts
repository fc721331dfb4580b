// From the figures to a verdict: all is well, or the reasons why not, each with what to run or set.
import type { Recent, Status } from "../api/types";
import { duration } from "../parts/times";

/** What `/readyz` says: a word for each check. */
export interface Ready {
  status: string;
  checks: Record<string, string>;
}

export interface Reason {
  grave: boolean;
  words: string;
  /** A line for a terminal that mends it, or shows more. */
  run?: string;
  /** Where to look in flow8. */
  see?: { path: string; words: string };
}

/** The word of each check that means well. */
const WELL: Record<string, string> = {
  mongodb: "connected", broker: "confirms", indexes: "present", migrations: "done", keys: "right", disk: "writable", scheduler: "leads", plays: "rung", process: "serving",
};
const NAMES: Record<string, string> = {
  mongodb: "MongoDB", broker: "Broker", indexes: "Indexes", migrations: "Migrations", keys: "Keys of secrets", disk: "Disk", scheduler: "Scheduler", plays: "Due plays", process: "This process",
};
const DOCTOR = "./flow8core doctor";
const MENDS: Record<string, Omit<Reason, "grave">> = {
  mongodb: { words: "MongoDB does not take writes. Nothing is accepted until it does; nothing that was accepted is lost.", run: DOCTOR },
  broker: { words: "The broker does not confirm messages. Plays are kept, and go on later than usual: the scheduler rings for them.", run: DOCTOR },
  indexes: { words: "An index is missing; lists are slow until it is made. Every process makes it when it starts.", run: "./flow8core up" },
  migrations: { words: "The database is not yet as this flow8 needs it. Every process brings it up to date when it starts.", run: "./flow8core up" },
  keys: { words: "These keys do not open the secrets of this database. Give back the ENCRYPTION_KEY and ENCRYPTION_KEY_SALT that they were sealed with.", run: DOCTOR },
  disk: { words: "The data directory is full or cannot be written to. Files are refused until there is room.", run: DOCTOR },
  plays: { words: "Plays are due that nobody was rung for.", run: "./flow8core scheduler" },
  process: { words: "This web process is about to end and takes up no work." },
};
const LATE_SECONDS = 10;
const BAD_SECONDS = 60;
const FEW = 5;

/** Each check by a name for people, with its word and whether that means well. */
export function checksOf(ready: Ready): { name: string; word: string; isWell: boolean }[] {
  return Object.entries(ready.checks).map(([name, word]) => ({ name: NAMES[name] ?? name, word, isWell: WELL[name] === undefined || word === WELL[name] }));
}

/** Everything that speaks against all being well, the grave ones first. */
export function reasons(ready: Ready | null, status: Status | null): Reason[] {
  const found = [...ofChecks(ready), ...(status ? [...ofScheduler(status), ...ofQueue(status), ...ofSecrets(status), ...ofFailures(status)] : [])];
  return [...found.filter((each) => each.grave), ...found.filter((each) => !each.grave)];
}

function ofChecks(ready: Ready | null): Reason[] {
  if (!ready) return [];
  return Object.entries(ready.checks)
    .filter(([name, word]) => name !== "scheduler" && WELL[name] !== undefined && word !== WELL[name])
    .map(([name]) => ({ grave: name !== "broker" && name !== "indexes", ...(MENDS[name] ?? { words: `The check ${name} fails.`, run: DOCTOR }) }));
}

function ofScheduler(status: Status): Reason[] {
  if (status.schedulerLeads) return [];
  return [{ grave: true, words: "No scheduler leads: schedules are not fired, and plays that wait for a time or lost their worker do not go on.", run: "./flow8core scheduler" }];
}

function ofQueue(status: Status): Reason[] {
  const waits = status.oldestNewSeconds;
  if (waits < LATE_SECONDS) return [];
  const words = `The oldest new play has waited ${duration(waits * 1000)} for a worker. Start one, or more of them.`;
  return [{ grave: waits >= BAD_SECONDS, words, run: "./flow8core worker", see: { path: "/plays?state=NEW", words: "What waits" } }];
}

function ofSecrets(status: Status): Reason[] {
  if (status.encrypted) return [];
  return [{ grave: false, words: "No ENCRYPTION_KEY is set, so no secret can be kept.", run: DOCTOR }];
}

function ofFailures(status: Status): Reason[] {
  const failed = status.recent.FAIL ?? 0;
  const over = failed + (status.recent.DONE ?? 0) + (status.recent.SKIP ?? 0) + (status.recent.FILTERED ?? 0);
  if (failed < FEW || failed * 2 < over) return [];
  return [{ grave: false, words: `${failed} of ${over} plays of the last five minutes failed.`, see: { path: "/plays?state=FAIL", words: "Failed plays" } }];
}

/** How many plays the queue holds: those that wait for a worker. */
export function depth(status: Status): number {
  return status.plays.NEW ?? 0;
}

/** A text for a report of a fault: figures and words of checks, no name, no address, no value. */
export function report(ready: Ready | null, status: Status | null, recent: Recent | null, agent: string): string {
  const lines = [`flow8, ${status?.time ?? "no status"}`, `browser: ${agent}`];
  if (ready) lines.push(`readiness: ${ready.status}`, ...Object.entries(ready.checks).map(([name, word]) => `  ${name}: ${word}`));
  if (status) {
    lines.push(`broker ${status.broker}, secrets ${status.encrypted ? "encrypted" : "off"}, ${status.modules} modules, lanes ${status.lanes.join(" ")}`);
    lines.push(`scheduler leads: ${status.schedulerLeads ? "yes" : "no"}, oldest new play: ${status.oldestNewSeconds} s`);
    lines.push(`unfinished: ${counts(status.plays)}`, `last five minutes: ${counts(status.recent)}`);
  }
  if (recent) {
    const { waits } = recent;
    lines.push(`last hour: ${recent.lookedAt} plays looked at, MongoDB ${recent.mongodbMs} ms, ${recent.sockets} sockets`);
    if (waits) lines.push(`waited for a worker: p50 ${waits.p50Ms} ms, p95 ${waits.p95Ms} ms, longest ${waits.longestMs} ms`);
    lines.push(`failures: ${recent.failures.map((each) => `${each.code} ${each.count}`).join(", ") || "none"}`);
    lines.push(`slowest flowlets: ${recent.slowest.map((each) => `${each.averageMs} ms x ${each.count}`).join(", ") || "none"}`);
  }
  return lines.join("\n");
}

function counts(of: Record<string, number>): string {
  return Object.entries(of).filter(([, count]) => count).map(([state, count]) => `${state} ${count}`).join(", ") || "none";
}
