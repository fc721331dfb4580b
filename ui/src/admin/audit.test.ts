// What the audit is asked for, and what of an entry is shown.
import { describe, expect, it } from "vitest";
import { askedOf, differing, subjectOf } from "./audit";

describe("the filters", () => {
  it("take whole days, the last one included, and leave out what is empty or no day", () => {
    const asked = askedOf(new URLSearchParams("actor=ana&action=&from=2026-11-20&to=2026-11-20&subject=x"));
    expect(asked).toMatchObject({ actor: "ana", subject: "x" });
    expect(Date.parse(asked.to!) - Date.parse(asked.from!)).toBe(24 * 3_600_000);
    expect(askedOf(new URLSearchParams("from=yesterday"))).toEqual({});
  });
});

describe("an entry", () => {
  it("shows each field as it was and as it is", () => {
    expect(differing({ before: { port: 25, host: "a" }, after: { port: 587, new: null } })).toEqual([
      { field: "host", before: "a", after: "–" },
      { field: "new", before: "–", after: "null" },
      { field: "port", before: "25", after: "587" },
    ]);
  });

  it("is about what it names, else about its subject", () => {
    expect(subjectOf({ subject: "6b0b", before: {}, after: {}, details: { name: "stripe" } })).toBe("stripe");
    expect(subjectOf({ subject: "bob@example.com", before: {}, after: {}, details: {} })).toBe("bob@example.com");
  });
});
