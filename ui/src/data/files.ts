// The files that a value speaks of, so that whoever reads it can take them.

export interface FileValue {
  id: string;
  name: string;
  type: string;
  size: number;
}

const MOST = 20;
const MOST_LOOKED_AT = 10_000;

/** The first twenty, each once, wherever in the value they stand. */
export function filesIn(value: unknown): FileValue[] {
  const found = new Map<string, FileValue>();
  const open: unknown[] = [value];
  for (let looked = 0; open.length > 0 && looked < MOST_LOOKED_AT && found.size < MOST; looked += 1) {
    const next = open.shift();
    if (typeof next !== "object" || next === null) continue;
    if (isFile(next)) found.set(next.id, next);
    else open.push(...Object.values(next).slice(0, MOST_LOOKED_AT));
  }
  return [...found.values()];
}

function isFile(value: object): value is FileValue {
  const { id, name, type, size, sha256 } = value as Record<string, unknown>;
  return [id, name, type, sha256].every((each) => typeof each === "string") && typeof size === "number";
}
