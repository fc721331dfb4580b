// Tokens that were made on this page: the server shows each once, so they live here until the page is loaded again.
import { useState } from "react";

const known = new Map<string, string>();

export function keepToken(channelId: string, token: string | null): void {
  if (token) known.set(channelId, token);
}

/** The token of a channel as far as this page knows it, and a way to tell it. */
export function useToken(channelId: string): [string | null, (token: string | null) => void] {
  const [token, setToken] = useState(known.get(channelId) ?? null);
  return [
    token,
    (told) => {
      if (told) known.set(channelId, told);
      else known.delete(channelId);
      setToken(told);
    },
  ];
}
