// The filter goes into the address and back, and rows change and come without moving the others.
import { expect, test } from "vitest";
import type { PlayRow } from "../api/types";
import { changedParams } from "../shell/url";
import { asked, changeOf, chips, filtersOf } from "./filters";
import { listAt, remember } from "./lastList";
import { filtersIn, withView } from "./views";
import { between, newcomers, patched } from "./rows";

function aRow(id: string, state = "DONE"): PlayRow {
  return {
    id, flowId: "f1", flow: "billing", version: 1, test: false, state, title: null, origin: { door: "web" },
    createdAt: "2026-04-04T10:00:00.000Z", startedAt: null, endedAt: null, error: null, durationMs: null,
  };
}

test("a filter survives the address", () => {
  const params = changedParams(new URLSearchParams("at=9"), changeOf({ states: ["FAIL", "RUN"], flow: "billing", last: "24h" }));

  expect(params.toString()).toBe("state=FAIL%2CRUN&flow=billing&last=24h");
  expect(filtersOf(params)).toMatchObject({ states: ["FAIL", "RUN"], flow: "billing", last: "24h" });
  expect(filtersOf(new URLSearchParams("last=never")).last).toBe("");
});

test("a relative time becomes a moment", () => {
  const query = asked(filtersOf(new URLSearchParams("last=1h")), Date.parse("2026-04-04T10:00:00Z"));

  expect(query).toEqual({ state: [], flow: undefined, trigger: undefined, text: undefined, from: "2026-04-04T09:00:00.000Z", to: undefined });
});

test("every filter can be taken out by its own words", () => {
  const filters = filtersOf(new URLSearchParams("state=FAIL&text=order"));

  expect(chips(filters).map((chip) => [chip.words, chip.without])).toEqual([
    ["state FAIL", { states: [] }],
    ["text “order”", { text: "" }],
  ]);
});

test("rows that changed are replaced, others stay the same, and nothing new slips in", () => {
  const rows = [aRow("3", "RUN"), aRow("2")];
  const now = patched(rows, [aRow("4"), aRow("3", "DONE"), aRow("2")]);

  expect(now.map((row) => [row.id, row.state])).toEqual([["3", "DONE"], ["2", "DONE"]]);
  expect(now[1]).toBe(rows[1]);
  expect(patched(now, [aRow("3", "DONE")])).toBe(now);
});

test("newcomers are those above the newest row", () => {
  expect(newcomers([aRow("3"), aRow("2")], [aRow("5"), aRow("4"), aRow("3")]).map((row) => row.id)).toEqual(["5", "4"]);
});

test("a range takes both ends, whichever comes first", () => {
  const rows = ["4", "3", "2", "1"].map((id) => aRow(id));

  expect(between(rows, "1", "3")).toEqual(["3", "2", "1"]);
  expect(between(rows, "gone", "3")).toEqual(["3"]);
});

test("a view is the filters of an address, and one of the same name gives way", () => {
  const query = filtersIn(new URLSearchParams("state=FAIL&at=6b&peek=1&flow=billing&part=input"));
  const views = withView([{ name: "Mine", query: "state=RUN" }, { name: "Other", query: "" }], { name: "Mine", query });

  expect(query).toBe("state=FAIL&flow=billing");
  expect(views).toEqual([{ name: "Other", query: "" }, { name: "Mine", query }]);
});

test("up from a play leads to the list as it was left, at that play", () => {
  expect(listAt("p1")).toBe("/plays?at=p1");
  remember(new URLSearchParams("state=FAIL&at=p0"));
  expect(listAt("p1")).toBe("/plays?state=FAIL&at=p1");
});
