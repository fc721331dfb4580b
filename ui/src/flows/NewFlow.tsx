// A new flow: blank, an example, a file, or text that somebody pastes.
import { useLocation } from "wouter";
import { Dialog } from "../shell/Dialog";
import type { Change } from "../shell/url";
import { Blank } from "./Blank";
import { Examples } from "./Examples";
import { ImportText } from "./ImportText";
import { Made } from "./Made";
import { useImport } from "./useImport";

const WAYS = [
  { id: "blank", word: "Blank" },
  { id: "example", word: "Example" },
  { id: "file", word: "File" },
  { id: "paste", word: "Paste" },
] as const;

interface Props {
  how: string;
  change: (change: Change, how?: { push?: boolean }) => void;
}

export function NewFlow({ how, change }: Props) {
  const [, navigate] = useLocation();
  const wish = useImport();
  const way = WAYS.find((each) => each.id === how)?.id ?? "blank";
  const close = () => change({ new: null });
  if (wish.made) {
    return (
      <Dialog title={`${wish.made.flow.name} is there`} onClose={close}>
        <Made made={wish.made} />
      </Dialog>
    );
  }
  return (
    <Dialog title="New flow" onClose={close} className="flows-new">
      <div role="tablist" aria-label="How to begin">
        {WAYS.map((each) => (
          <button key={each.id} type="button" role="tab" aria-selected={each.id === way} onClick={() => change({ new: each.id })}>
            {each.word}
          </button>
        ))}
      </div>
      {way === "blank" && <Blank onMade={(permanentId) => navigate(`/flows/${permanentId}/edit`)} />}
      {way === "example" && <Examples wish={wish} />}
      {way === "file" && <ImportText key="file" isFile wish={wish} />}
      {way === "paste" && <ImportText key="paste" wish={wish} />}
    </Dialog>
  );
}
