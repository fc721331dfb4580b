// The draft on the server: load it, save it with the ETag that was seen, make a new flow.
import { exchange } from "../../api/client";
import type { components } from "../../../generated/api";
import type { FlowText } from "../model/types";

export interface Loaded {
  text: FlowText;
  etag: string;
  problems: { path: string; message: string }[];
  published: number | null;
  updatedBy: string;
  updatedAt: string;
  permanentId: string;
}

type Shape = components["schemas"]["FlowShape"];

/** The save that runs, by flow: whoever comes back at once waits for it instead of meeting it as a stranger's. */
const running = new Map<string, Promise<unknown>>();

export async function loadDraft(name: string, signal?: AbortSignal): Promise<Loaded> {
  await running.get(name)?.catch(() => undefined);
  return read(await exchange<Shape>("GET", "/flows/{name}", { path: { name }, ...(signal ? { signal } : {}) }));
}

/** Refused with 409 when somebody else saved meanwhile. */
export async function saveDraft(name: string, text: FlowText, etag: string): Promise<Loaded> {
  const asked = exchange<Shape>("PUT", "/flows/{name}", { path: { name }, body: text, headers: { "If-Match": etag } });
  running.set(name, asked);
  return read(await asked);
}

export async function makeFlow(name: string): Promise<Loaded> {
  const body = { flow: name, name, flowlets: [] };
  return read(await exchange<Shape>("POST", "/flows", { body }));
}

function read({ data, etag }: { data: Shape; etag: string | null }): Loaded {
  const draft = data.draft as unknown as FlowText;
  return {
    // A draft that nobody could read yet may hold anything in their place.
    text: { ...draft, flowlets: Array.isArray(draft.flowlets) ? draft.flowlets : [] },
    etag: etag ?? "*",
    problems: data.problems,
    published: data.published,
    updatedBy: data.updatedBy,
    updatedAt: data.updatedAt,
    permanentId: data.permanentId,
  };
}
