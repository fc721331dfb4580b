// What is offered to fill free settings, and what is not.
import { describe, expect, it } from "vitest";
import { firstArgs } from "./firstArgs";
import { asTyped, runningInWords, whenInWords } from "./fields";
import { offersFor } from "./mapping";

const schema = {
  type: "object",
  properties: {
    url: { type: "string" },
    customerName: { type: "string" },
    amount: { type: "number" },
    items: { type: "array", items: { type: "string" } },
    note: { type: "string", description: "Such as the remark of the order." },
  },
};
const total = { root: "prev", steps: ["total"], value: { amount: 12, name: "ACME", url: 7, remark: "soon" } };
const far = { root: "prev", steps: ["far"], value: { deep: { items: ["a"], amount: 99 }, url: "http://x" } };

describe("filling from upstream", () => {
  it("goes by name and type, the nearest first", () => {
    const found = offersFor(schema, {}, [total, far]);

    expect(found.map((each) => [each.field, each.path, each.why])).toEqual([
      ["url", "$prev.far.url", "same name and type"],
      ["customerName", "$prev.total.name", "like name, same type"],
      ["amount", "$prev.total.amount", "same name and type"],
      ["items", "$prev.far.deep.items", "same name and type"],
      ["note", "$prev.total.remark", "its help speaks of it"],
    ]);
  });

  it("leaves alone what somebody has set", () => {
    expect(offersFor(schema, { url: "http://mine", amount: 3 }, [total, far]).map((each) => each.field)).toEqual(["customerName", "items", "note"]);
  });

  it("offers nothing where nothing is like it", () => {
    expect(offersFor(schema, {}, [{ root: "args", steps: [], value: { zzz: 1 } }])).toEqual([]);
    expect(offersFor({}, {}, [total])).toEqual([]);
  });
});

describe("settings in words", () => {
  it("say what is not as usual", () => {
    expect(runningInWords({})).toBe("as usual");
    expect(runningInWords({ onError: "skip", timeout: 10, retry: { count: 2 }, lane: "documents" })).toBe("skip on failure, timeout 10 s, 2 retries, lane documents");
    expect(whenInWords({ after: ["a", "b"], filters: [{}], disabled: true })).toBe("switched off, after a, b, 1 condition");
    expect(whenInWords({ index: 0, inside: "each" })).toBe("stage 0, for each item of each");
  });

  it("take what is written as a number for one", () => {
    expect(["100", "1.5", "007", "1e3", "", " 1", "x"].map(asTyped)).toEqual([100, 1.5, "007", "1e3", "", " 1", "x"]);
  });
});

describe("args to begin with", () => {
  it("are defaults, examples, and something empty for what must be there", () => {
    const input = { type: "object", required: ["id", "items"], properties: { id: { type: "string" }, items: { type: "array", items: { type: "string" } }, n: { type: "integer", default: 5 }, x: { type: "string", examples: ["e"] }, y: {} } };

    expect(firstArgs(input)).toEqual({ id: "", items: [], n: 5, x: "e" });
    expect(firstArgs(undefined)).toEqual({});
  });
});
