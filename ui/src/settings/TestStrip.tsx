// Test the draft on the screen, and what each flowlet did.
import type { FlowText } from "../editor/model/types";
import type { Testing } from "./types";

export interface StripProps {
  flow: string;
  text: FlowText;
  chosen: string | null;
  testing: Testing;
  onChoose: (ref: string) => void;
}

export function TestStrip({ chosen, testing }: StripProps) {
  return (
    <section aria-label="Test" className="buttons">
      <button type="button" onClick={() => void testing.run()}>
        Test all
      </button>
      {chosen && (
        <button type="button" onClick={() => void testing.run(chosen)}>
          Test up to here
        </button>
      )}
    </section>
  );
}
