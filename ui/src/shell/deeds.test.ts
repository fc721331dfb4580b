// What somebody may begin from the palette goes by their rights.
import { expect, test } from "vitest";
import type { Me } from "../api/types";
import { deedsFor } from "./deeds";
import { fits } from "./words";

const me = (rights: string[], grantedSomewhere: string[] = []) => ({ rights, grantedSomewhere }) as unknown as Me;
const names = (who: Me) => deedsFor(who).map((deed) => deed.name);

test("nobody is offered what they may not do", () => {
  expect(names(me([]))).toEqual([]);
  expect(names(me(["view"]))).toEqual(["Plays that failed", "Components", "Links", "KV"]);
  expect(names(me([], ["view", "edit"]))).toEqual(["New schedule", "Plays that failed", "KV"]);
  expect(names(me(["view", "edit", "administer"]))).toContain("New API key");
});

test("every word that was typed has to be there, in any order", () => {
  expect(fits("Order triage Channel", "chan ord")).toBe(true);
  expect(fits("Order triage", "orders")).toBe(false);
});
