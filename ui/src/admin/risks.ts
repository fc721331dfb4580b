// What is risky about an API key, in words.
import type { Key } from "../api/types";

const DAY_MS = 86_400_000;
const UNUSED_DAYS = 90;
const SOON_DAYS = 7;

/** Whether a key still opens anything. */
export function isAlive(key: Pick<Key, "expiresAt" | "revokedAt">, now: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || Date.parse(key.expiresAt) > now);
}

/** What speaks against keeping the key as it is; nothing of one that has ended. */
export function risksOf(key: Pick<Key, "expiresAt" | "revokedAt" | "lastUsedAt" | "createdAt">, now: number): string[] {
  if (!isAlive(key, now)) return [];
  const risks = [];
  if (key.expiresAt === null) risks.push("no expiry");
  else if (Date.parse(key.expiresAt) - now < SOON_DAYS * DAY_MS) risks.push("ends soon");
  const since = (now - Date.parse(key.lastUsedAt ?? key.createdAt)) / DAY_MS;
  if (since >= UNUSED_DAYS) risks.push(`unused for ${Math.floor(since)} days`);
  return risks;
}
