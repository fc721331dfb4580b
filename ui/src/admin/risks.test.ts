// Which keys are named as a risk, and which never.
import { describe, expect, it } from "vitest";
import { isAlive, risksOf } from "./risks";

const now = Date.parse("2026-11-29T00:00:00Z");
const key = { createdAt: "2026-11-01T00:00:00Z", lastUsedAt: "2026-11-28T00:00:00Z", expiresAt: "2027-03-01T00:00:00Z", revokedAt: null };

describe("a key", () => {
  it("without an expiry, or unused for long, is a risk", () => {
    expect(risksOf(key, now)).toEqual([]);
    expect(risksOf({ ...key, expiresAt: null }, now)).toEqual(["no expiry"]);
    expect(risksOf({ ...key, lastUsedAt: null, createdAt: "2026-08-01T00:00:00Z" }, now)).toEqual(["unused for 120 days"]);
    expect(risksOf({ ...key, expiresAt: "2026-12-01T00:00:00Z" }, now)).toEqual(["ends soon"]);
  });

  it("that has ended is none", () => {
    const ended = { ...key, expiresAt: "2026-11-28T00:00:00Z" };
    expect([isAlive(ended, now), risksOf(ended, now)]).toEqual([false, []]);
    expect(risksOf({ ...key, expiresAt: null, revokedAt: "2026-11-28T00:00:00Z" }, now)).toEqual([]);
  });
});
