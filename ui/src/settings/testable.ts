// Whether a flowlet can be tested alone or with all before it, and if not, why.
import { find } from "../editor/model/changes";
import type { FlowText } from "../editor/model/types";

export function testable(text: FlowText, chosen: string | null): { only: string | null; upTo: string | null } {
  const flowlet = find(text, chosen);
  if (!flowlet) return { only: "Choose a flowlet first.", upTo: "Choose a flowlet first." };
  const off = flowlet.disabled ? `${flowlet.ref} is switched off.` : null;
  const inLoop = flowlet.inside ? `${flowlet.ref} stands in a loop, whose items it reads: test up to here instead.` : null;
  return { only: off ?? inLoop, upTo: off };
}
