// Finds modules by title, appId, group and purpose; a hit in the title counts most.
import type { ModuleRow } from "./useModule";

export function searched(modules: readonly ModuleRow[], typed: string): ModuleRow[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [...modules].sort((a, b) => a.group.localeCompare(b.group) || a.title.localeCompare(b.title));
  const scored = modules.map((module) => ({ module, score: scoreOf(module, words) })).filter((each) => each.score > 0);
  return scored.sort((a, b) => b.score - a.score || a.module.title.localeCompare(b.module.title)).map((each) => each.module);
}

/** Every word must be somewhere; 0 when one is not. */
function scoreOf(module: ModuleRow, words: readonly string[]): number {
  let total = 0;
  for (const word of words) {
    const score = wordScore(module, word);
    if (score === 0) return 0;
    total += score;
  }
  return total;
}

function wordScore({ title, appId, group, help }: ModuleRow, word: string): number {
  const [name, id] = [title.toLowerCase(), appId.toLowerCase()];
  if (name === word || id === word) return 10;
  if (name.startsWith(word) || id.startsWith(word)) return 8;
  if (name.includes(word) || id.includes(word)) return 6;
  if (group.toLowerCase().startsWith(word)) return 4;
  return help.toLowerCase().includes(word) ? 2 : 0;
}

/** The first sentence of a module's help. */
export function sentenceOf(help: string): string {
  return /^[\s\S]*?[.!?](?=\s|$)/.exec(help.replace(/\s+/g, " "))?.[0] ?? help;
}
