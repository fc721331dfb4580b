// A run form begins with what the flow's author offers.
import { expect, test } from "vitest";
import { ApiError } from "../api/client";
import { begun, readsArgs, strayProblems } from "./args";

test("defaults come first, then examples; the whole schema's default wins", () => {
  const properties = { name: { default: "Ada" }, age: { examples: [7, 8] }, note: { type: "string" } };

  expect(begun({ properties })).toEqual({ name: "Ada", age: 7 });
  expect(begun({ properties, default: { name: "Bo" } })).toEqual({ name: "Bo", age: 7 });
  expect(begun({})).toEqual({});
});

test("what a field says itself is not said twice", () => {
  const details = [
    { path: "args.name", message: "is too short" },
    { path: "args.items[0].qty", message: "is no number" },
    { path: "args", message: "lacks id" },
  ];
  const error = new ApiError(422, "INVALID", "The args do not fit.", "r1", details);

  const shown = strayProblems(error, { properties: { name: {}, items: {} } }) as ApiError;

  expect(shown.details).toEqual([{ path: "args", message: "lacks id" }]);
  expect(shown.requestId).toBe("r1");
});

test("a flow that names no arguments may read some", () => {
  expect(readsArgs({ title: "Order {{ $args.id }}" })).toBe(true);
  expect(readsArgs({ flowlets: [{ args: { text: "{{ $prev.args.id }}" } }] })).toBe(true);
  expect(readsArgs({ flowlets: [{ args: { text: "args {{ $prev.a }}" } }] })).toBe(false);
});
