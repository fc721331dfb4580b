// What somebody wrote in a field, as the value it stands for, and back. Nothing written is ever left out:
// what is no number, or no JSON, is kept as its text, and whoever checks the value refuses it with what is on the screen.

/** A comma before the last three digits may as well stand between thousands. */
const DECIMAL_COMMA = /^[+-]?\d+,(?!\d{3}$)\d+$/;

/** The number of a text, else the text itself; undefined for nothing. */
export function numberFrom(text: string): number | string | undefined {
  const plain = text.trim();
  if (plain === "") return undefined;
  const found = Number(DECIMAL_COMMA.test(plain) ? plain.replace(",", ".") : plain);
  return Number.isFinite(found) ? found : text;
}

export function numberAsText(value: unknown): string {
  return typeof value === "number" || typeof value === "string" ? String(value) : "";
}

/** The value of a JSON text, else the text itself; undefined for nothing. */
export function jsonFrom(text: string): unknown {
  if (text.trim() === "") return undefined;
  const found = parsed(text);
  return found ? found.value : text;
}

/** A value as JSON text; text that no JSON could be taken for stands as it is. */
export function jsonAsText(value: unknown): string {
  if (value === undefined) return "";
  const isPlain = typeof value === "string" && value.trim() !== "" && !isJson(value);
  return isPlain ? value : JSON.stringify(value, null, 2);
}

export function isJson(text: string): boolean {
  return parsed(text) !== null;
}

/** Whether a text that is no JSON was meant to be some; an expression of its own was not. */
export function isMeantAsJson(text: string): boolean {
  return /^\s*(\[|"|\{(?!\{))/.test(text);
}

/** A JSON text with an expression put in at a selection, as text of its own or inside the text that stands there. */
export function withExpression(text: string, path: string, from: number, to: number): string {
  const whole = JSON.stringify(`{{ ${path} }}`);
  const isInText = (text.slice(0, from).replace(/\\./g, "").match(/"/g) ?? []).length % 2 === 1;
  return text.slice(0, from) + (isInText ? whole.slice(1, -1) : whole) + text.slice(to);
}

function parsed(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
