// How large a value is as JSON; counted once for each, since counting a large one takes its time.

const counted = new WeakMap<object, number>();

export function sizeOf(value: unknown): number {
  if (value === null || typeof value !== "object") return (JSON.stringify(value) ?? "").length;
  const known = counted.get(value);
  if (known !== undefined) return known;
  const size = JSON.stringify(value).length;
  counted.set(value, size);
  return size;
}
