// Whether a name fits what somebody typed.

/** Whether every word of what was typed is in a name. */
export function fits(name: string, wanted: string): boolean {
  const lower = name.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
