// What the page knows before it asks anything: the server writes it into the page.
import type { Me } from "./api/types";

export interface Boot {
  me: Me;
  microsoft: boolean;
  publicUrl: string;
  stale: boolean;
  /** Whether the server takes WebSockets. */
  live: boolean;
  /** How many plays waited for my decision when the page was made. */
  waiting: number;
}

/** The boot data of the page. Under `make ui-dev` nobody wrote any, so the API is asked. */
export async function boot(): Promise<Boot> {
  const element = document.getElementById("boot");
  if (element) return JSON.parse(element.textContent) as Boot;
  const answer = await fetch("/api/v1/auth/me");
  if (!answer.ok) throw new Error("Sign in at the address of flow8 itself first, then load this page again.");
  return { me: (await answer.json()) as Me, microsoft: false, publicUrl: location.origin, stale: false, live: false, waiting: 0 };
}

/** Whether whoever is here may do something in the company, or somewhere in it. */
export function may(me: Me, right: string): boolean {
  return me.rights.includes(right) || me.grantedSomewhere.includes(right);
}
