// Makes a copy of a flow's draft under a new permanent id.
import { ApiError, get, post } from "../api/client";
import type { FlowRow } from "../api/types";
import { copyOf } from "./words";

const TRIES = 20;

/** The permanent id of the copy; the first one that is free. */
export async function duplicate(flow: Pick<FlowRow, "id" | "permanentId" | "name">): Promise<string> {
  const { draft } = await get("/flows/{name}", { path: { name: flow.id } });
  for (let time = 1; ; time += 1) {
    const name = time === 1 ? `${flow.name} (copy)` : `${flow.name} (copy ${time})`;
    try {
      const made = await post("/flows", { body: { ...draft, flow: copyOf(flow.permanentId, time), name } as never });
      return made.permanentId;
    } catch (error) {
      const isTaken = error instanceof ApiError && error.code === "FLOW_EXISTS";
      if (!isTaken || time >= TRIES) throw error;
    }
  }
}
