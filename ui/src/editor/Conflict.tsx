// Somebody else saved another draft meanwhile: what both did, and whose counts. Neither text is lost.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { Copy, ErrorNotice, Moment } from "../parts/parts";
import { Dialog } from "../shell/Dialog";
import { loadDraft, type Loaded } from "./draft/api";
import { isSame, merge, type Clash, type Side } from "./model/merge";
import type { Editing } from "./useEditing";

export function Conflict({ flow, editing }: { flow: string; editing: Editing }) {
  return editing.saved.phase === "conflict" ? <Asked flow={flow} editing={editing} /> : null;
}

function Asked({ flow, editing }: { flow: string; editing: Editing }) {
  const theirs = useQuery({
    queryKey: ["editor", "theirs", flow, editing.saved.error],
    queryFn: ({ signal }) => loadDraft(flow, signal),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Dialog title="Two people changed this flow" onClose={() => undefined} stays className="editor-conflict">
      {theirs.isError && <ErrorNotice error={theirs.error} retry={() => void theirs.refetch()} />}
      {theirs.isPending && <p className="quiet">Loading the other draft …</p>}
      {theirs.data && <Choice theirs={theirs.data} editing={editing} />}
    </Dialog>
  );
}

function Choice({ theirs, editing }: { theirs: Loaded; editing: Editing }) {
  const { text, saved, saver, change } = editing;
  const [sides, setSides] = useState<Record<string, Side>>({});
  const found = useMemo(() => merge(saved.base, text, theirs.text, (part) => sides[part] ?? "mine"), [saved.base, text, theirs, sides]);
  const settle = (next: typeof text) => {
    // Both texts are steps of the history, so that either comes back with Undo.
    if (next !== text) change(theirs.text);
    change(next);
    saver.resolve(theirs, next);
  };
  // Both wrote the same, or it was one and the same tab after all: there is nothing to ask.
  const isNothing = isSame(theirs.text, text);
  const agree = useRef(settle);
  agree.current = settle;
  useEffect(() => {
    if (isNothing) agree.current(theirs.text);
  }, [isNothing, theirs]);
  return (
    <>
      <p>
        <strong>{theirs.updatedBy}</strong> saved {partsOf(found.theirs)} <Moment at={theirs.updatedAt} />. You changed {partsOf(found.mine)}. Nothing of
        either is lost: whatever you choose, Undo brings the other text back.
      </p>
      <Parts title={`Changed by ${theirs.updatedBy}`} parts={found.theirs} />
      <Parts title="Changed by you" parts={found.mine} />
      {found.clashes.length > 0 && (
        <fieldset className="editor-clashes">
          <legend>You both changed these. Whose counts in the merge?</legend>
          {found.clashes.map((clash) => (
            <Clashing key={clash.part} clash={clash} who={theirs.updatedBy} side={sides[clash.part] ?? "mine"} onSide={(side) => setSides({ ...sides, [clash.part]: side })} />
          ))}
        </fieldset>
      )}
      <div className="buttons">
        <button type="button" className="main" autoFocus onClick={() => settle(found.text)}>
          Merge both
        </button>
        <button type="button" onClick={() => settle(text)}>
          Take mine
        </button>
        <button type="button" onClick={() => settle(theirs.text)}>
          Take theirs
        </button>
        <Copy text={() => Promise.resolve(JSON.stringify(text, null, 2))}>Copy my text</Copy>
      </div>
    </>
  );
}

function Clashing({ clash, who, side, onSide }: { clash: Clash; who: string; side: Side; onSide: (side: Side) => void }) {
  const sides: [Side, string, unknown][] = [
    ["mine", "Mine", clash.mine],
    ["theirs", `${who}'s`, clash.theirs],
  ];
  return (
    <div className="editor-clash" role="radiogroup" aria-label={clash.part}>
      <code>{clash.part}</code>
      {sides.map(([name, label, value]) => (
        <label key={name}>
          <span>
            <input type="radio" name={`clash ${clash.part}`} checked={side === name} onChange={() => onSide(name)} /> {label}
          </span>
          <pre>{value === undefined ? "(removed)" : JSON.stringify(value, null, 1)}</pre>
        </label>
      ))}
    </div>
  );
}

function Parts({ title, parts }: { title: string; parts: readonly string[] }) {
  if (parts.length === 0) return null;
  return (
    <p className="editor-parts">
      <span className="quiet">{title}:</span> {parts.map((part) => <code key={part}>{part}</code>)}
    </p>
  );
}

function partsOf(parts: readonly string[]): string {
  if (parts.length === 0) return "the same text";
  return parts.length === 1 ? "1 thing" : `${parts.length} things`;
}
