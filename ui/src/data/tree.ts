// A JSON value as a tree of rows, of which only the open ones exist: it is asked for the few that are in sight.

export type Kind = "object" | "array" | "string" | "number" | "boolean" | "null";

/** One row as it is shown. `count` is how many a list or object holds, `isCut` whether the text goes on. */
export interface TreeRow {
  key: string;
  depth: number;
  kind: Kind;
  text: string;
  count: number;
  isOpen: boolean;
  isCut: boolean;
  /** How an expression would reach it: `$.items[3].name`. */
  path: string;
}

export interface Found {
  /** How many places fit, at most MOST_FOUND. */
  count: number;
}

interface Node {
  key: string;
  value: unknown;
  depth: number;
  isOpen: boolean;
  parent: Node | null;
}

export const LONGEST = 300;
export const MOST_FOUND = 1000;
const OPENED = 200;

export class Tree {
  private rows: Node[];
  private found: string[][] = [];

  constructor(private readonly value: unknown) {
    this.rows = [{ key: "", value, depth: 0, isOpen: false, parent: null }];
    this.toggle(0);
    // Small things are open at once; of a large list one wants to see the beginning of each item first.
    if (this.rows.length <= OPENED) this.openSmall();
  }

  get length(): number {
    return this.rows.length;
  }

  slice(from: number, to: number): TreeRow[] {
    return this.rows.slice(from, to).map(shown);
  }

  /** Open or close a row; does nothing for a row that holds nothing. */
  toggle(place: number): void {
    const node = this.rows[place];
    if (!node || countOf(node.value) === 0) return;
    node.isOpen = !node.isOpen;
    const before = this.rows.slice(0, place + 1);
    if (node.isOpen) this.rows = before.concat(childrenOf(node), this.rows.slice(place + 1));
    else {
      let end = place + 1;
      while (end < this.rows.length && this.rows[end]!.depth > node.depth) end += 1;
      this.rows = before.concat(this.rows.slice(end));
    }
  }

  /** The place of the row that holds this one. */
  parentOf(place: number): number {
    const parent = this.rows[place]?.parent;
    return parent ? this.rows.indexOf(parent) : place;
  }

  /** The whole of a row as JSON text, and how expressions would reach it. */
  whole(place: number): { text: string; path: string } {
    const node = this.rows[place]!;
    const text = typeof node.value === "string" ? node.value : JSON.stringify(node.value, null, 2);
    return { text, path: pathText(pathOf(node)) };
  }

  /** Look for a text in keys and values, whatever its case. */
  find(wanted: string): Found {
    this.found = [];
    if (wanted) search(this.value, wanted.toLowerCase(), [], this.found);
    return { count: this.found.length };
  }

  /** Open all that is around the n-th place found, and answer its row. */
  reveal(n: number): number {
    let place = 0;
    for (const key of this.found[n] ?? []) {
      const node = this.rows[place]!;
      if (!node.isOpen) this.toggle(place);
      let child = place + 1;
      while (this.rows[child]!.key !== key || this.rows[child]!.parent !== node) child += 1;
      place = child;
    }
    return place;
  }

  private openSmall(): void {
    for (let place = 1; place < this.rows.length && this.rows.length <= OPENED; place += 1) {
      if (countOf(this.rows[place]!.value) <= OPENED / 10) this.toggle(place);
    }
  }
}

export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as Kind;
}

/** `$.items[3]["a b"]`, as an expression would say it. */
export function pathText(path: readonly string[]): string {
  return path.reduce((text, key) => {
    if (/^\d+$/.test(key)) return `${text}[${key}]`;
    return /^[A-Za-z_]\w*$/.test(key) ? `${text}.${key}` : `${text}[${JSON.stringify(key)}]`;
  }, "$");
}

function countOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return value && typeof value === "object" ? Object.keys(value).length : 0;
}

function childrenOf(node: Node): Node[] {
  return Object.entries(node.value as object).map(([key, value]) => ({
    key,
    value: value as unknown,
    depth: node.depth + 1,
    isOpen: false,
    parent: node,
  }));
}

function pathOf(node: Node): string[] {
  return node.parent ? [...pathOf(node.parent), node.key] : [];
}

function shown(node: Node): TreeRow {
  const kind = kindOf(node.value);
  const count = countOf(node.value);
  const text = kind === "array" || kind === "object" ? "" : JSON.stringify(node.value ?? null);
  const isCut = text.length > LONGEST;
  return { key: node.key, depth: node.depth, kind, text: isCut ? text.slice(0, LONGEST) : text, count, isOpen: node.isOpen, isCut, path: pathText(pathOf(node)) };
}

function search(value: unknown, wanted: string, path: string[], found: string[][]): void {
  if (found.length >= MOST_FOUND) return;
  if (value !== null && typeof value === "object") {
    for (const [key, child] of Object.entries(value)) {
      const here = [...path, key];
      const isHere = !Array.isArray(value) && key.toLowerCase().includes(wanted);
      const isBranch = child !== null && typeof child === "object";
      if (isHere || (!isBranch && String(child).toLowerCase().includes(wanted))) found.push(here);
      if (isBranch) search(child, wanted, here, found);
      if (found.length >= MOST_FOUND) return;
    }
  } else if (path.length === 0 && String(value).toLowerCase().includes(wanted)) found.push([]);
}
