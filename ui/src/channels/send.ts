// Sends a request through a channel as anybody would, and says what came back.
import type { Channel, ChannelRoute } from "../api/types";
import type { Problem } from "../forms/types";
import { request, type Args } from "./lines";

export interface Answered {
  status: number;
  playId: string | null;
  took: number;
  text: string;
  /** What the route found wrong with single arguments. */
  problems: readonly Problem[];
}

const LONGEST_SHOWN = 64 * 1024;

/** Through the front, at the address of this page: `/c/<slug>/…`. */
export async function send(channel: Channel, route: ChannelRoute, args: Args, token: string): Promise<Answered> {
  const { path, body } = request(route, args);
  const headers: Record<string, string> = body === null ? {} : { "Content-Type": "application/json" };
  if (channel.authMode === "header_token") headers.Authorization = `Bearer ${token}`;
  if (channel.authMode === "hmac") Object.assign(headers, await signed(body ?? "", token));
  const began = performance.now();
  const answer = await fetch(new URL(channel.url!).pathname + path, {
    method: route.httpMethod ?? "POST",
    headers,
    credentials: "omit",
    ...(body === null ? {} : { body }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    playId: answer.headers.get("X-Flow8-Play"),
    took: performance.now() - began,
    text: shown(text),
    problems: problemsIn(text),
  };
}

async function signed(body: string, token: string): Promise<Record<string, string>> {
  const time = String(Math.floor(Date.now() / 1000));
  const coder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", coder.encode(token), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mark = await crypto.subtle.sign("HMAC", key, coder.encode(`${time}.${body}`));
  const hex = [...new Uint8Array(mark)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { "X-Flow8-Timestamp": time, "X-Flow8-Signature": `sha256=${hex}` };
}

function shown(text: string): string {
  if (text.length > LONGEST_SHOWN) return `${text.slice(0, LONGEST_SHOWN)}\n… ${text.length - LONGEST_SHOWN} characters more`;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function problemsIn(text: string): readonly Problem[] {
  try {
    const { details } = JSON.parse(text) as { details?: Problem[] };
    return Array.isArray(details) ? details : [];
  } catch {
    return [];
  }
}
