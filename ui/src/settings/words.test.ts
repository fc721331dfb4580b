// The picker's search, the words of a diff, and what can be tested alone.
import { describe, expect, it } from "vitest";
import { fieldIn, linesOf } from "./diffWords";
import { searched, sentenceOf } from "./pickerSearch";
import { testable } from "./testable";
import type { ModuleRow } from "./useModule";

const row = (appId: string, title: string, group: string, help: string): ModuleRow => ({ appId, title, group, help, needs: [], links: [], lane: "plays", effect: "none" });
const modules = [
  row("curl", "HTTP request", "http", "Sends a request and gives its answer."),
  row("var", "Values", "core", "Works out values. They may come from a request."),
  row("pdf-extract", "Text of a PDF", "documents", "Reads the text of a PDF file."),
];

describe("finding a module", () => {
  it.each([
    ["request", ["curl", "var"]],
    ["REQ http", ["curl"]],
    ["documents", ["pdf-extract"]],
    ["pdf", ["pdf-extract"]],
    ["nothing like it", []],
    ["", ["var", "pdf-extract", "curl"]],
  ])("by %j", (typed, expected) => {
    expect(searched(modules, typed).map((each) => each.appId)).toEqual(expected);
  });

  it("shows the first sentence of its help", () => {
    expect(sentenceOf("Reads `a.b` of it.\nMore of it.")).toBe("Reads `a.b` of it.");
    expect(sentenceOf("Without an end")).toBe("Without an end");
  });
});

describe("a diff in words", () => {
  const diff = {
    a: "1",
    b: "draft",
    same: false,
    fields: [{ path: "title", kind: "added", before: null, after: "T" }],
    flowlets: {
      added: [{ ref: "notify", appId: "curl" }],
      removed: [{ ref: "log", appId: "var" }],
      changed: [{ ref: "charge", fields: [{ path: "timeout", kind: "changed", before: 5, after: 10 }] }],
      reordered: true,
    },
    truncated: false,
    texts: { a: "", b: "" },
  };

  it("has a line for each flowlet", () => {
    expect(linesOf(diff as never).map((each) => `${each.sign} ${each.name}: ${each.told}`)).toEqual([
      '~ flow: title set to "T"',
      "+ notify: curl",
      "− log: var",
      "~ charge: timeout 5 → 10",
      "~ order: flowlets run in another order",
    ]);
  });

  it("says that a secret changed and no more", () => {
    expect(fieldIn({ path: "args.token", kind: "changed", before: "***", after: "***" })).toBe("args.token changed");
    expect(fieldIn({ path: "name", kind: "removed", before: "x", after: null })).toBe("name removed");
  });
});

describe("testing a flowlet", () => {
  const text = { flowlets: [{ ref: "a", appId: "var" }, { ref: "b", appId: "var", inside: "each" }, { ref: "c", appId: "var", disabled: true }] };

  it("alone is not possible in a loop, and not at all when it is off", () => {
    expect(testable(text, "a")).toEqual({ only: null, upTo: null });
    expect(testable(text, "b")).toMatchObject({ only: expect.stringContaining("loop"), upTo: null });
    expect(testable(text, "c")).toMatchObject({ upTo: "c is switched off." });
    expect(testable(text, null).only).toBe("Choose a flowlet first.");
  });
});
