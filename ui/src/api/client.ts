// Asks the API. Paths, queries, bodies and answers are typed by its own description.
import type { paths } from "../../generated/api";
import { heard } from "../live/connection";
import { signedIn } from "../shell/session";

const BASE = "/api/v1";
/** What flow8 answers without its database, or a proxy without flow8. */
const AWAY = new Set([502, 503, 504]);
/** The session goes on; only what was typed is not right. */
const WRONG_PASSWORD = "WRONG_PASSWORD";

type Method = "get" | "post" | "put" | "delete";
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Holding<M extends Method> = { [P in keyof paths]: undefined extends paths[P][M] ? never : P }[keyof paths];
type In<O, Place extends string> = O extends { parameters: { [K in Place]?: infer T } } ? NonNullable<T> : never;
type Json<T> = T extends { content: { "application/json": infer R } } ? R : never;
type Body<O> = O extends { requestBody?: infer B } ? Json<NonNullable<B>> : never;
type Answer<O> = O extends { responses: infer R } ? Json<R[keyof R & (200 | 201 | 202)]> : never;

interface Asked<O> {
  path?: In<O, "path">;
  query?: In<O, "query">;
  body?: Body<O>;
  signal?: AbortSignal;
  /** The ETag or `rev` that what is changed must still have. */
  ifMatch?: string | number;
}

/** What the API refused, or that it did not answer (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | null = null,
    readonly details: readonly { path: string; message: string }[] = [],
  ) {
    super(message);
  }
}

export function get<P extends Holding<"get">>(path: P, asked: Asked<Operation<P, "get">> = {}) {
  return ask<Answer<Operation<P, "get">>>("GET", path, asked);
}

export function post<P extends Holding<"post">>(path: P, asked: Asked<Operation<P, "post">> = {}) {
  return ask<Answer<Operation<P, "post">>>("POST", path, { body: {}, ...asked });
}

export function put<P extends Holding<"put">>(path: P, asked: Asked<Operation<P, "put">> = {}) {
  return ask<Answer<Operation<P, "put">>>("PUT", path, { body: {}, ...asked });
}

export function remove<P extends Holding<"delete">>(path: P, asked: Asked<Operation<P, "delete">> = {}) {
  return ask<null>("DELETE", path, asked);
}

/** The answer with its ETag, for who will change what it tells. */
export async function getTagged<P extends Holding<"get">>(path: P, asked: Asked<Operation<P, "get">> = {}) {
  const answer = await answered("GET", path, asked);
  const etag = (answer.headers.get("ETag") ?? "").replace(/^W\//, "").replace(/^"|"$/g, "");
  return { found: (await answer.json()) as Answer<Operation<P, "get">>, etag };
}

/** Send YAML or JSON text as it is. */
export function postText<P extends Holding<"post">>(path: P, text: string, asked: Pick<Asked<Operation<P, "post">>, "query"> = {}) {
  return ask<Answer<Operation<P, "post">>>("POST", path, { ...asked, text });
}

/** The address of a GET route, for links and downloads. */
export function address<P extends Holding<"get">>(path: P, asked: Pick<Asked<Operation<P, "get">>, "path" | "query">): string {
  return place(path, asked);
}

interface Loose {
  path?: unknown;
  query?: unknown;
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  ifMatch?: string | number;
  text?: string;
}

function place(path: string, asked: Loose): string {
  const given = (asked.path ?? {}) as Record<string, string | number>;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(given[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked.query ?? {})) {
    if (value === undefined || value === null || value === "") continue;
    if (Array.isArray(value) ? value.length : true) query.set(name, String(value));
  }
  const text = query.toString();
  return BASE + filled + (text && `?${text}`);
}

async function ask<R>(method: string, path: string, asked: Loose): Promise<R> {
  const answer = await answered(method, path, asked);
  return (answer.status === 204 ? null : await answer.json()) as R;
}

async function answered(method: string, path: string, asked: Loose): Promise<Response> {
  const answer = await send(method, path, asked);
  if (answer.status === 401 && path !== "/auth/login") {
    const refused = await refusal(answer);
    if (refused.code === WRONG_PASSWORD) throw refused;
    // Nothing is lost: whoever asked waits until somebody has signed in over the page.
    await signedIn();
    return answered(method, path, asked);
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function send(method: string, path: string, asked: Loose): Promise<Response> {
  const options: RequestInit = { method, headers: { Accept: "application/json", ...asked.headers } };
  if (asked.signal) options.signal = asked.signal;
  if (asked.ifMatch !== undefined) options.headers = { ...options.headers, "If-Match": `"${asked.ifMatch}"` };
  if (method !== "GET") {
    options.headers = { ...options.headers, "Content-Type": asked.text === undefined ? "application/json" : "application/yaml" };
    options.body = asked.text ?? JSON.stringify(asked.body ?? {});
  }
  try {
    const answer = await fetch(place(path, asked), options);
    heard(!AWAY.has(answer.status));
    return answer;
  } catch (error) {
    if (asked.signal?.aborted) throw error;
    heard(false);
    throw new ApiError(0, "OFFLINE", "flow8 does not answer; the connection or the server is down.");
  }
}

async function refusal(answer: Response): Promise<ApiError> {
  const id = answer.headers.get("X-Request-Id");
  try {
    const told = await answer.json();
    return new ApiError(answer.status, told.error, told.message, told.requestId ?? id, told.details ?? []);
  } catch {
    return new ApiError(answer.status, "UNREADABLE", `The server answered ${answer.status} without a reason.`, id);
  }
}

/** An answer with its ETag, for what is saved with If-Match. The caller names the shapes. */
export async function exchange<R>(method: string, path: string, asked: Loose): Promise<{ data: R; etag: string | null }> {
  const answer = await send(method, path, asked);
  if (answer.status === 401) {
    await signedIn();
    return exchange(method, path, asked);
  }
  if (!answer.ok) throw await refusal(answer);
  return { data: (await answer.json()) as R, etag: answer.headers.get("ETag") };
}
