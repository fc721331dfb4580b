// The tree shows the open rows only, finds what is deep, and stays quick with very many.
import { expect, test } from "vitest";
import { LONGEST, MOST_FOUND, Tree, pathText } from "./tree";

const order = { id: 7, customer: { name: "ACME", tags: ["a", "b"] }, "a b": null };

function keys(tree: Tree): string[] {
  return tree.slice(0, tree.length).map((row) => row.key);
}

test("a small value is open at once", () => {
  expect(keys(new Tree(order))).toEqual(["", "id", "customer", "name", "tags", "0", "1", "a b"]);
});

test("a row closes with all that is in it, and opens again", () => {
  const tree = new Tree(order);

  tree.toggle(2);
  expect(keys(tree)).toEqual(["", "id", "customer", "a b"]);
  tree.toggle(2);
  expect(keys(tree)).toEqual(["", "id", "customer", "name", "tags", "a b"]);
});

test("a row says its kind, how many it holds, and cuts long texts", () => {
  const [, list, text] = new Tree({ list: [1, 2], text: "x".repeat(1000) }).slice(0, 10).filter((row) => row.depth < 2);

  expect([list!.kind, list!.count, list!.isOpen]).toEqual(["array", 2, true]);
  expect([text!.text.length, text!.isCut]).toEqual([LONGEST, true]);
});

test("a deep key is found and everything around it opened", () => {
  const items = Array.from({ length: 12_000 }, (_, id) => ({ id, name: `customer ${id}` }));
  const tree = new Tree({ items });

  expect(tree.find("CUSTOMER 11999")).toEqual({ count: 1 });
  const place = tree.reveal(0);

  expect(tree.whole(place)).toEqual({ text: "customer 11999", path: "$.items[11999].name" });
  expect(tree.slice(place, place + 1)[0]!.key).toBe("name");
  expect(tree.parentOf(place)).toBe(place - 2);
});

test("no more is found than anybody looks through", () => {
  expect(new Tree(Array.from({ length: 5000 }, () => "same")).find("same").count).toBe(MOST_FOUND);
  expect(new Tree("just a text").find("text").count).toBe(1);
});

test("paths are those of expressions", () => {
  expect(pathText(["items", "3", "a b"])).toBe('$.items[3]["a b"]');
});
