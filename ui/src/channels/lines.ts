// What one copies out of a channel: full addresses, a curl line that works, a snippet for an agent's client.
import type { Channel, ChannelRoute } from "../api/types";
import type { JsonSchema } from "../forms/types";

/** Stands in a line for a token that only its owner knows. */
export const UNKNOWN_TOKEN = "$FLOW8_TOKEN";

const MOST_DEEP = 6;
const BODILESS = new Set(["GET", "DELETE"]);

export type Args = Record<string, unknown>;

/** A value that a schema takes, as far as the schema itself tells one. */
export function exampleOf(schema: JsonSchema, depth = 0, name = "text"): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (Array.isArray(schema.examples) && schema.examples.length) return schema.examples[0];
  if (schema.enum?.length) return schema.enum[0];
  const either = schema.anyOf ?? schema.oneOf;
  if (either?.length) return exampleOf(either[0]!, depth + 1, name);
  return plain(schema, depth, name);
}

function plain(schema: JsonSchema, depth: number, name: string): unknown {
  const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== "null") : schema.type;
  if (depth > MOST_DEEP) return null;
  if (type === "string") return text(schema, name);
  if (type === "number" || type === "integer") return number(schema, type);
  if (type === "boolean") return true;
  if (type === "array") return Array.from({ length: Number(schema.minItems ?? 1) || 1 }, () => exampleOf(schema.items ?? {}, depth + 1, name));
  if (type === "object" || schema.properties) return object(schema, depth);
  return depth ? name : {};
}

function text(schema: JsonSchema, name: string): string {
  const known: Record<string, string> = { date: "2026-01-31", "date-time": "2026-01-31T12:00:00Z", email: "ada@example.com", uri: "https://localhost/" };
  const found = known[schema.format ?? ""] ?? name;
  return found.padEnd(Number(schema.minLength ?? 0), "x").slice(0, Number(schema.maxLength ?? Infinity));
}

function number(schema: JsonSchema, type: string): number {
  const step = type === "integer" ? 1 : 0.5;
  const least = Number(schema.minimum ?? (schema.exclusiveMinimum === undefined ? 1 : Number(schema.exclusiveMinimum) + step));
  const most = Number(schema.maximum ?? (schema.exclusiveMaximum === undefined ? Infinity : Number(schema.exclusiveMaximum) - step));
  return Math.min(Math.max(least, Math.min(1, most)), most);
}

function object(schema: JsonSchema, depth: number): Args {
  return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, each]) => [name, exampleOf(each, depth + 1, name)]));
}

/** Whether a route has its arguments in its query and not in a body. */
export function isBodiless(route: Pick<ChannelRoute, "httpMethod">): boolean {
  return BODILESS.has(route.httpMethod ?? "");
}

/** Where to send arguments to: the path with its parameters filled in, a query where there is no body, and the body. */
export function request(route: Pick<ChannelRoute, "httpMethod" | "path">, args: Args): { path: string; body: string | null } {
  const rest = { ...args };
  const path = (route.path ?? "").replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name] ?? name;
    delete rest[name];
    return encodeURIComponent(scalar(value));
  });
  if (!isBodiless(route)) return { path, body: JSON.stringify(rest) };
  const query = new URLSearchParams(Object.entries(rest).map(([name, value]): [string, string] => [name, scalar(value)])).toString();
  return { path: path + (query && `?${query}`), body: null };
}

function scalar(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A line for a terminal that sends these arguments to `base`, the address of the channel without the route's path. */
export function curlLine(channel: Pick<Channel, "authMode" | "sender">, route: ChannelRoute, base: string, args: Args, token: string | null): string {
  const { path, body } = request(route, args);
  const method = route.httpMethod ?? "POST";
  const words = ["curl -sS"];
  if (method !== (body === null ? "GET" : "POST")) words.push(`-X ${method}`);
  if (channel.authMode === "hmac") return signedLine(words, base + path, body ?? "", token);
  if (channel.authMode === "header_token") words.push(`-H "Authorization: Bearer ${token ?? UNKNOWN_TOKEN}"`);
  if (body !== null) words.push("-H 'Content-Type: application/json'", `-d ${quoted(body)}`);
  return [...words, quoted(base + path)].join(" ");
}

function signedLine(words: string[], url: string, body: string, token: string | null): string {
  const key = token === null ? `"${UNKNOWN_TOKEN}"` : quoted(token);
  return [
    `T=$(date +%s); BODY=${quoted(body)}`,
    `S=$(printf '%s.%s' "$T" "$BODY" | openssl dgst -sha256 -hmac ${key} -r | cut -d' ' -f1)`,
    [...words, `-H "X-Flow8-Timestamp: $T" -H "X-Flow8-Signature: sha256=$S" -H 'Content-Type: application/json'`, body && '-d "$BODY"', quoted(url)]
      .filter(Boolean)
      .join(" "),
  ].join("\n");
}

/** A text as one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A line for `nc`: the first document says who comes, the second is a message. */
export function tcpLine(channel: Pick<Channel, "authMode">, route: ChannelRoute, address: string, args: Args, token: string | null): string {
  const { hostname, port } = parts(address);
  const hello = { client: "terminal", ...(channel.authMode === "public" ? {} : { token: token ?? "TOKEN" }), route: route.name };
  return `printf '%s\\n' ${quoted(JSON.stringify(hello))} ${quoted(JSON.stringify({ id: 1, ...args }))} | nc -q 5 ${hostname} ${port}`;
}

/** A line for websocat, which sends one message. */
export function websocketLine(channel: Pick<Channel, "authMode">, route: ChannelRoute, address: string, args: Args, token: string | null): string {
  const header = channel.authMode === "public" ? "" : ` -H="Authorization: Bearer ${token ?? UNKNOWN_TOKEN}"`;
  return `echo ${quoted(JSON.stringify({ id: "m1", ...args }))} | websocat -n1${header} ${quoted(address + (route.path ?? ""))}`;
}

function parts(address: string): { hostname: string; port: string } {
  const { hostname, port } = new URL(address.replace(/^\w+:/, "http:"));
  return { hostname: hostname.replace(/^\[|\]$/g, ""), port };
}

/** What an agent's client has to know, as VS Code and others read it. */
export function mcpSnippet(address: string): string {
  const server = { type: "http", url: address, headers: { Authorization: "Bearer ${input:key}" } };
  const key = { type: "promptString", id: "key", description: "flow8 API key with scope mcp", password: true };
  return JSON.stringify({ inputs: [key], servers: { flow8: server } }, null, 2);
}
