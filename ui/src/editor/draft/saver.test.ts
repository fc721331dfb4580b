// Saving by itself: soon, one at a time, never over somebody else's work, and never giving up for now.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../../api/client";
import type { FlowText } from "../model/types";
import type { Loaded } from "./api";
import { Saver } from "./saver";
import { tie, untie } from "./told";

const text = (name: string): FlowText => ({ flow: "f", name, flowlets: [] });
const loaded = (saved: FlowText, etag: string): Loaded => ({
  text: saved, etag, problems: [], published: null, updatedBy: "ana", updatedAt: "2026-01-01T00:00:00Z", permanentId: "f",
});

function saver(answers: (Error | null)[] = []) {
  const sent: string[] = [];
  const kept: (string | null)[] = [];
  const made = new Saver(
    {
      save: async (each, etag) => {
        sent.push(`${each.name} ${etag}`);
        const refused = answers.shift();
        if (refused) throw refused;
        return loaded(each, `e${sent.length}`);
      },
      keep: (each) => kept.push(each?.name ?? null),
    },
    loaded(text("start"), "e0"),
  );
  return { made, sent, kept };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("typing is saved at the latest after a second and a half, with the ETag last seen", async () => {
  const { made, sent, kept } = saver();
  for (let n = 0; n < 8; n += 1) {
    made.want(text(`t${n}`));
    await vi.advanceTimersByTimeAsync(300);
  }
  await vi.advanceTimersByTimeAsync(700);
  expect(sent).toEqual(["t4 e0", "t7 e1"]);
  expect(made.state.phase).toBe("saved");
  expect(kept.at(-1)).toBeNull();
});

test("a dead server is asked again until it answers", async () => {
  const { made, sent } = saver([new ApiError(0, "OFFLINE", "dead"), new ApiError(503, "X", "busy")]);
  made.want(text("a"));
  await vi.advanceTimersByTimeAsync(700);
  expect(made.state.phase).toBe("trying");
  await vi.advanceTimersByTimeAsync(4000);
  expect(sent).toHaveLength(3);
  expect(made.state.phase).toBe("saved");
});

test("a conflict stops saving, keeps what is typed, and goes on once it is settled", async () => {
  const { made, sent, kept } = saver([new ApiError(409, "DRAFT_CHANGED", "ana saved")]);
  made.want(text("mine"));
  await vi.advanceTimersByTimeAsync(700);
  made.want(text("mine too"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([made.state.phase, sent, kept.at(-1)]).toEqual(["conflict", ["mine e0"], "mine too"]);
  await expect(made.flush()).rejects.toThrow("ana saved");
  made.resolve(loaded(text("theirs"), "e9"), text("both"));
  await vi.advanceTimersByTimeAsync(700);
  expect([made.state.phase, sent.at(-1)]).toEqual(["saved", "both e9"]);
});

test("what cannot be kept is said and not tried again before the next change", async () => {
  const { made, sent } = saver([new ApiError(422, "INVALID", "no name")]);
  made.want(text(""));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([made.state.phase, made.state.error?.message, sent.length]).toEqual(["refused", "no name", 1]);
  made.want(text("b"));
  await vi.advanceTimersByTimeAsync(700);
  expect(made.state.phase).toBe("saved");
});

test("flush waits for the request that runs and for what came after it", async () => {
  const { made, sent } = saver();
  made.want(text("a"));
  await vi.advanceTimersByTimeAsync(700);
  made.want(text("b"));
  await made.flush();
  expect(sent).toEqual(["a e0", "b e1"]);
});

test("what the server said follows its flowlet", () => {
  const [a, b] = [{ ref: "a", appId: "var" }, { ref: "b", appId: "var" }];
  const told = tie([{ path: "flowlets[1].args.x", message: "bad" }, { path: "title", message: "odd" }], { flowlets: [a, b] });
  expect(untie(told, { flowlets: [b, a] }).map((each) => each.path)).toEqual(["flowlets[0].args.x", "title"]);
  expect(untie(told, { flowlets: [a] })).toHaveLength(1);
});
