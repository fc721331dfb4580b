// The picker's search, and what can be tested alone.
import { describe, expect, it } from "vitest";
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

describe("testing a flowlet", () => {
  const text = { flowlets: [{ ref: "a", appId: "var" }, { ref: "b", appId: "var", inside: "each" }, { ref: "c", appId: "var", disabled: true }] };

  it("alone is not possible in a loop, and not at all when it is off", () => {
    expect(testable(text, "a")).toEqual({ only: null, upTo: null });
    expect(testable(text, "b")).toMatchObject({ only: expect.stringContaining("loop"), upTo: null });
    expect(testable(text, "c")).toMatchObject({ upTo: "c is switched off." });
    expect(testable(text, null).only).toBe("Choose a flowlet first.");
  });
});
