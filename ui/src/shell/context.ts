// Hands the boot data on to every screen.
import { createContext, useContext } from "react";
import type { Boot } from "../boot";

export const BootContext = createContext<Boot | null>(null);

export function useBoot(): Boot {
  const found = useContext(BootContext);
  if (!found) throw new Error("there is no boot data");
  return found;
}
