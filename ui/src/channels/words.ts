// Channels and routes in words, the same on every screen.
import type { Channel, ChannelRoute } from "../api/types";

export const KINDS = [
  { kind: "http", words: "HTTP", told: "Requests, as webhooks and programs send them" },
  { kind: "websocket", words: "WebSocket", told: "Messages over a connection that stays open" },
  { kind: "tcp", words: "TCP", told: "One JSON document per line, for devices" },
  { kind: "mcp", words: "MCP", told: "Flows as tools of AI agents" },
] as const;

const MODES: Record<string, string> = { header_token: "token", hmac: "signed", public: "public" };

export function kindOf(kind: string): string {
  return KINDS.find((each) => each.kind === kind)?.words ?? kind;
}

/** How one gets in: `token`, `signed by GitHub`, `public`, `API key`. */
export function entryOf(channel: Pick<Channel, "kind" | "authMode" | "sender">): string {
  if (channel.kind === "mcp") return "API key";
  const by = channel.authMode === "hmac" && channel.sender !== "flow8" ? ` by ${SENDERS[channel.sender] ?? channel.sender}` : "";
  return (MODES[channel.authMode] ?? channel.authMode) + by;
}

export const SENDERS: Record<string, string> = { flow8: "our own way", github: "GitHub", stripe: "Stripe", slack: "Slack" };

/** The way to a route: `POST /orders`, `/talk`, a tool's name, the route's name. */
export function wayOf(route: ChannelRoute): string {
  if (route.toolName) return route.toolName;
  if (route.path) return [route.httpMethod, route.path].filter(Boolean).join(" ");
  return route.name;
}

/** What the caller gets: the answer, and how long it is waited for, or only that it was taken. */
export function answerOf(route: ChannelRoute): string {
  return route.responseMode === "sync" ? `answers within ${route.timeoutSeconds} s` : "takes it and answers 202";
}

/** Where a channel with a port of its own stands, in a word or two. */
export function placeOf(channel: Channel): string {
  return channel.port ? `:${channel.port}` : "no port yet";
}

/** How good an answer's status is, as colours say it: the caller's fault is late, ours is bad. */
export function answered(status: number): "good" | "late" | "bad" {
  if (status >= 500) return "bad";
  return status >= 400 ? "late" : "good";
}

/** `3 of the last 50 failed`. */
export function ill(some: number, all: number, how: string): string {
  return all === 1 ? `it was ${how}` : `${some} of the last ${all} ${how}`;
}
