// The verdict: each thing that may be wrong has its reason and its way out, and a report names nobody.
import { expect, test } from "vitest";
import type { Status } from "../api/types";
import { checksOf, reasons, report } from "./verdict";

const GOOD: Status = {
  time: "2026-04-04T10:00:00Z", broker: "mongodb", encrypted: true, modules: 30, lanes: ["plays"], schedulerLeads: true,
  plays: { NEW: 0, RUN: 1 }, recent: { DONE: 9, FAIL: 1 }, oldestNewSeconds: 0.2,
};
const READY = { status: "ready", checks: { mongodb: "connected", keys: "right", process: "serving" } };

test("when all is well there is no reason", () => {
  expect(reasons(READY, GOOD)).toEqual([]);
  expect(reasons(null, null)).toEqual([]);
});

test("each check has a name for people, and whether it means well", () => {
  expect(checksOf({ status: "ready", checks: { keys: "right", scheduler: "nobody leads", migrations: "done" } })).toEqual([
    { name: "Keys of secrets", word: "right", isWell: true },
    { name: "Scheduler", word: "nobody leads", isWell: false },
    { name: "Migrations", word: "done", isWell: true },
  ]);
  expect(checksOf({ status: "not ready", checks: { migrations: "left" } })).toEqual([{ name: "Migrations", word: "left", isWell: false }]);
  expect(reasons({ status: "not ready", checks: { migrations: "left" } }, GOOD)).toMatchObject([{ grave: true, run: "./flow8core up" }]);
});

test("each fault is told with what to run, the grave ones first", () => {
  const bad = { ...GOOD, schedulerLeads: false, oldestNewSeconds: 20, encrypted: false, recent: { DONE: 4, FAIL: 6 } };
  const found = reasons({ status: "not ready", checks: { mongodb: "disconnected", broker: "disconnected", scheduler: "nobody leads", other: "odd" } }, bad);

  expect(found.map((each) => each.grave)).toEqual([true, true, false, false, false, false]);
  expect(found.filter((each) => !each.run && !each.see)).toEqual([]);
  expect(found[1]!.run).toBe("./flow8core scheduler");
  expect(reasons(READY, { ...GOOD, oldestNewSeconds: 90 })[0]).toMatchObject({ grave: true, run: "./flow8core worker" });
  expect(reasons(READY, { ...GOOD, recent: { FAIL: 4 } })).toEqual([]);
});

test("a report holds figures and names nobody", () => {
  const recent = {
    since: GOOD.time, lookedAt: 12, waits: { p50Ms: 3, p95Ms: 9, longestMs: 30 }, mongodbMs: 1.5, sockets: 2,
    slowest: [{ flow: "hush-flow", ref: "hush_step", averageMs: 50, longestMs: 90, count: 3 }],
    failures: [{ code: "EXECUTION_TIMEOUT", count: 2, lastPlayId: "65f0" }],
  };
  const text = report(READY, GOOD, recent, "Chromium");

  expect(text).toContain("EXECUTION_TIMEOUT 2");
  expect(text).toContain("50 ms x 3");
  expect(text).not.toContain("hush");
  expect(report(null, null, null, "x")).toContain("no status");
});
