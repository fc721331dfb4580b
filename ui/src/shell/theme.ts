// Light, dark or as the system has it. A cookie keeps the choice, so that the server's first page has it too.

export type Theme = "system" | "light" | "dark";

const YEAR_SECONDS = 31_536_000;
const ORDER: readonly Theme[] = ["system", "light", "dark"];

export function theme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function setTheme(chosen: Theme): void {
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  const age = chosen === "system" ? 0 : YEAR_SECONDS;
  document.cookie = `theme=${chosen}; path=/; max-age=${age}; samesite=lax`;
}

export function nextTheme(): Theme {
  return ORDER[(ORDER.indexOf(theme()) + 1) % ORDER.length]!;
}
