// Keeps one large value apart from the page: fetches it, parses it, and answers with rows.
import { sourceOf, type Source } from "./source";
import { Tree } from "./tree";

interface Call {
  id: number;
  call: string;
  args: unknown[];
}

let source: Source | null = null;

self.onmessage = async ({ data }: MessageEvent<Call>) => {
  try {
    self.postMessage({ id: data.id, result: await answer(data) });
  } catch (error) {
    self.postMessage({ id: data.id, error: (error as Error).message });
  }
};

async function answer({ call, args }: Call): Promise<unknown> {
  if (call === "load") {
    const found = await fetch(String(args[0]));
    if (!found.ok) throw new Error(`The server answered ${found.status}.`);
    source = sourceOf(new Tree(await found.json()));
    return source.length();
  }
  const does = source![call as keyof Source] as (...given: unknown[]) => unknown;
  return does(...args);
}
