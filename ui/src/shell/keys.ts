// Keys: each screen says which it takes and what they do; one listener hears them all, and `?` lists them.
import { useEffect, useRef } from "react";

export interface Key {
  /** `j`, `Shift X`, `Ctrl K`, `g p` (one after the other), `Enter`; empty for what only the palette offers. */
  keys: string;
  label: string;
  run: (event: KeyboardEvent) => void;
  /** Whether it counts here; where not, the browser does with the key what it always does. */
  when?: (event: KeyboardEvent) => boolean;
}

interface Layer {
  title: string;
  keys: readonly Key[];
}

/** The keys that every screen has. */
export const EVERYWHERE = "Everywhere";

const OFF = "flow8.keys.off";
const SEQUENCE_MS = 1200;
const NATIVE = new Set(["Enter", "Space", "ArrowUp", "ArrowDown"]);
/** Keys that lead along something, or take steps back; all others do what they do once, however long they are held. */
const LEADS_ON = /^((Ctrl |Alt |Shift )*(Arrow\w+|[ZJKN])|[jkn[\]])$/;

const layers: { current: Layer }[] = [];
let prefix = "";
let prefixAt = 0;

/** Take keys while the component is there; those taken last count first. */
export function useKeys(title: string, keys: readonly Key[]): void {
  const layer = useRef<Layer>({ title, keys });
  layer.current = { title, keys };
  useEffect(() => {
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, []);
}

/** All that can be done by key or palette now, that of the innermost screen first. */
export function keysTaken(): Layer[] {
  return layers.map((each) => each.current).reverse();
}

/** Whether keys without Ctrl do nothing: some people dictate, and a word is many keys. */
export function singleKeysAreOff(): boolean {
  return localStorage.getItem(OFF) === "1";
}

export function setSingleKeysOff(off: boolean): void {
  localStorage.setItem(OFF, off ? "1" : "0");
}

/** How a key event is written: `Ctrl K`, `Shift X`, `j`. */
export function written(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const key = event.key === " " ? "Space" : event.key;
  const isLetter = /^[a-z]$/i.test(key);
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (isLetter || key.length > 1)) parts.push("Shift");
  return [...parts, isLetter && parts.length ? key.toUpperCase() : key].join(" ");
}

/** Whether holding a key down does the same again and again. */
export function isForHolding(said: string): boolean {
  return LEADS_ON.test(said);
}

/** Hear keys from now on. */
export function listen(): () => void {
  window.addEventListener("keydown", hear);
  return () => window.removeEventListener("keydown", hear);
}

function hear(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const said = written(event);
  if (!isFree(event, said)) return;
  const whole = prefix && event.timeStamp - prefixAt < SEQUENCE_MS ? `${prefix} ${said}` : said;
  prefix = "";
  const found = find(whole, event) ?? (whole === said ? undefined : find(said, event));
  if (found) {
    event.preventDefault();
    if (!event.repeat || isForHolding(said)) found.run(event);
  } else if (begins(said)) {
    prefix = said;
    prefixAt = event.timeStamp;
  }
}

function find(said: string, event: KeyboardEvent): Key | undefined {
  for (const layer of [...layers].reverse()) {
    const found = layer.current.keys.find((key) => key.keys === said && (key.when?.(event) ?? true));
    if (found) return found;
  }
  return undefined;
}

function begins(said: string): boolean {
  return layers.some((layer) => layer.current.keys.some((key) => key.keys.startsWith(`${said} `)));
}

/** Whether a key goes to a field, which has its own use for it. */
export function isInField(event: Event): boolean {
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Escape in a field leaves the field and nothing else; whether it did. */
export function leftField(event: Event): boolean {
  if (!isInField(event)) return false;
  (event.target as HTMLElement).blur();
  return true;
}

/** Whether a key is not meant for a field, a control or a dialog. */
function isFree(event: KeyboardEvent, said: string): boolean {
  if (document.querySelector("dialog[open], :popover-open")) return false;
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  const isField = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  const isCheckbox = target instanceof HTMLInputElement && target.type === "checkbox";
  if (/^(Ctrl|Alt) /.test(said) || said === "Escape") return true;
  if (isField && !isCheckbox) return false;
  if (NATIVE.has(event.key) && target.closest("button, a, summary, input, [role=tab], [role=separator]")) return false;
  return !singleKeysAreOff() || event.key.length > 1;
}
