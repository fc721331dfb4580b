// Files are found wherever they stand in a value, and nothing else is taken for one.
import { expect, test } from "vitest";
import { filesIn } from "./files";

const file = (id: string) => ({ id, name: `${id}.png`, type: "image/png", size: 10, sha256: "ab" });

test("a value that is a file, and files inside one, each once", () => {
  expect(filesIn(file("a")).map((each) => each.id)).toEqual(["a"]);
  expect(filesIn({ list: [file("a"), { deep: file("b") }], again: file("a") }).map((each) => each.id)).toEqual(["a", "b"]);
});

test("what only looks like one is none, and a long list is not gone through for ever", () => {
  expect(filesIn({ id: "a", name: "no file" })).toEqual([]);
  expect(filesIn(null)).toEqual([]);
  expect(filesIn(Array.from({ length: 50 }, (_, n) => file(String(n))))).toHaveLength(20);
});
