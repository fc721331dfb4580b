// One WebSocket for the page. It only makes things faster: what it does not tell, every screen asks for by itself.
import { socketIsOpen } from "./connection";

/** What the server tells: an event of a play with its `seq`, an answer to a wish, or that some was missed. */
export interface Told {
  type: string;
  playId?: string;
  seq?: number;
  provisional?: boolean;
  [other: string]: unknown;
}

interface Follower {
  sub: string;
  /** The last event that is known already; of many plays there is none. */
  after: (() => number) | undefined;
  hear: (told: Told) => void;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const HIDDEN_MS = 5 * 60_000;

const followers = new Set<Follower>();
let socket: WebSocket | null = null;
let pause = FIRST_PAUSE_MS;
let timer: ReturnType<typeof setTimeout> | undefined;
let isOn = false;

/** Keep a socket open from now on, except while nobody has seen the page for long. */
export function keepSocket(): () => void {
  isOn = true;
  open();
  document.addEventListener("visibilitychange", looked);
  return () => {
    isOn = false;
    document.removeEventListener("visibilitychange", looked);
    close();
  };
}

/** Hear of a play (`play:<id>`), or of all (`plays`), until the answer is called. */
export function follow(sub: string, hear: Follower["hear"], after?: () => number): () => void {
  const follower = { sub, hear, after };
  followers.add(follower);
  say(follower);
  return () => {
    followers.delete(follower);
    if (![...followers].some((each) => each.sub === sub) && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ unsub: sub }));
  };
}

function open(): void {
  clearTimeout(timer);
  if (!isOn || socket) return;
  const opened = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/ws`);
  socket = opened;
  opened.onopen = () => {
    pause = FIRST_PAUSE_MS;
    socketIsOpen(true);
    followers.forEach(say);
  };
  opened.onmessage = (event) => heard(JSON.parse(String(event.data)) as Told);
  opened.onclose = () => {
    if (socket === opened) ended();
  };
}

function ended(): void {
  socket = null;
  socketIsOpen(false);
  if (!isOn || document.visibilityState === "hidden") return;
  timer = setTimeout(open, pause * (0.5 + Math.random() / 2));
  pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
}

function close(): void {
  clearTimeout(timer);
  const closed = socket;
  socket = null;
  closed?.close();
  socketIsOpen(false);
}

function looked(): void {
  clearTimeout(timer);
  if (document.visibilityState === "visible") open();
  else timer = setTimeout(close, HIDDEN_MS);
}

function say({ sub, after }: Follower): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(after ? { sub, after: after() } : { sub }));
}

function heard(told: Told): void {
  for (const each of [...followers]) {
    const isTheirs = each.sub === "plays" ? told.playId !== undefined : each.sub === `play:${told.playId}`;
    if (isTheirs || told.type === "missed") each.hear(told);
  }
}
