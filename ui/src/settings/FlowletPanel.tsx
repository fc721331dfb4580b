// One flowlet: its settings, between what it can read and what it gave.
import { useCallback, useRef, useState } from "react";
import { ApiError } from "../api/client";
import type { Flowlet, FlowText } from "../editor/model/types";
import type { Problem } from "../forms/types";
import { ErrorNotice } from "../parts/parts";
import { useUrl } from "../shell/url";
import "../style/settings.css";
import { FillIn } from "./FillIn";
import { InputPane } from "./InputPane";
import { ModulePicker } from "./ModulePicker";
import { OutputPane } from "./OutputPane";
import { PanelHead } from "./PanelHead";
import { Settings } from "./Settings";
import type { Testing } from "./types";
import { useModule } from "./useModule";

export interface PanelProps {
  flow: string;
  text: FlowText;
  chosen: Flowlet;
  problems: Problem[];
  onChange: (next: Flowlet) => void;
  onRename: (ref: string) => void;
  /** Who may not sees every setting and changes none. */
  mayChange: boolean;
  testing: Testing;
}

const PANES = ["input", "settings", "output"] as const;
type Pane = (typeof PANES)[number];
const NAMES: Record<Pane, string> = { input: "Input", settings: "Settings", output: "Output" };

export function FlowletPanel(props: PanelProps) {
  const { text, chosen, testing, onChange, problems, mayChange } = props;
  const module = useModule(chosen.appId);
  const isUnknown = chosen.appId === "" || (module.error instanceof ApiError && module.error.status === 404);
  const [params, setUrl] = useUrl();
  const [isFilling, setIsFilling] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const pane: Pane = PANES.find((each) => each === params.get("pane")) ?? "settings";
  const place = text.flowlets.findIndex((each) => each.ref === chosen.ref);
  const path = `flowlets[${place}]`;
  const own = problems.filter((each) => each.path === path || each.path.startsWith(`${path}.`));
  const jump = useCallback((to: string) => focusOn(box.current, to), []);
  return (
    <div className="settings" ref={box} data-pane={pane}>
      <PanelHead {...props} module={module.data ?? null} problems={own} path={path} onJump={jump} onFill={() => setIsFilling(true)} />
      <div className="settings-tabs" role="tablist" aria-label="Panes">
        {PANES.map((each) => (
          <button key={each} type="button" role="tab" aria-selected={each === pane} onClick={() => setUrl({ pane: each === "settings" ? null : each })}>
            {NAMES[each]}
            {each === "output" && testing.pins.has(chosen.ref) ? " (pinned)" : ""}
          </button>
        ))}
      </div>
      <div className="settings-panes">
        <InputPane text={text} chosen={chosen} testing={testing} />
        <section className="settings-pane settings-middle" aria-label="Settings">
          {isUnknown && <Unknown appId={chosen.appId} mayChange={mayChange} onPick={(appId) => onChange({ ...chosen, appId })} />}
          {module.error && !isUnknown && <ErrorNotice error={module.error} retry={() => void module.refetch()} />}
          {module.isPending && !isUnknown && <p className="quiet">Loading the form …</p>}
          {!mayChange && <p className="notice settings-reads">You may read this flow, but not change it, so its settings cannot be written in.</p>}
          {(module.data || isUnknown) && (
            <fieldset className="settings-fields" disabled={!mayChange}>
              <Settings {...props} module={module.data ?? null} problems={own} path={path} />
            </fieldset>
          )}
        </section>
        <OutputPane chosen={chosen} testing={testing} mayPin={mayChange} />
      </div>
      {isFilling && module.data && <FillIn text={text} chosen={chosen} module={module.data} testing={testing} onClose={() => setIsFilling(false)} onAccept={(args) => onChange({ ...chosen, args })} />}
    </div>
  );
}

/** The catalogue has no such module, by a slip of the pen or since it is gone: what is set stays, and another one can be chosen. */
function Unknown({ appId, mayChange, onPick }: { appId: string; mayChange: boolean; onPick: (appId: string) => void }) {
  const [isChoosing, setIsChoosing] = useState(false);
  return (
    <div className="notice bad">
      <p>{appId ? `There is no module ${appId} here.` : "It names no module."}</p>
      {mayChange && (
        <button type="button" onClick={() => setIsChoosing(true)}>
          Choose another module
        </button>
      )}
      {isChoosing && <ModulePicker onPick={onPick} onClose={() => setIsChoosing(false)} />}
    </div>
  );
}

/** Put the cursor into the field of a path, or into the nearest around it. */
function focusOn(box: HTMLElement | null, path: string): void {
  for (let at = path; at; at = at.replace(/(\.[^.[\]]+|\[[^\]]*\])$/, "")) {
    const found = box?.querySelector<HTMLElement>(`[data-path="${CSS.escape(at)}"]`);
    const field = found?.querySelector<HTMLElement>("input, select, textarea, [contenteditable]");
    if (field) return field.focus();
    if (!/(\.[^.[\]]+|\[[^\]]*\])$/.test(at)) return;
  }
}
