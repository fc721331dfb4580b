// The editor: three views of one flow, the settings of what is chosen, tests of what one sees.
import { lazy, Suspense, useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { ErrorNotice } from "../parts/parts";
import { Split } from "../play/Split";
import { FlowletPanel } from "../settings/FlowletPanel";
import { TestStrip } from "../settings/TestStrip";
import { useTesting, type Testing } from "../settings/useTesting";
import { useUrl } from "../shell/url";
import { Conflict } from "./Conflict";
import type { Opened } from "./EditorPage";
import { Empty } from "./Empty";
import { Head } from "./Head";
import { Overlays } from "./Overlays";
import { Problems } from "./Problems";
import { Tools } from "./Tools";
import { Unread } from "./Unread";
import { actionsOf, type Asked } from "./actions";
import { replace } from "./model/changes";
import { problemsAt } from "./model/uses";
import { useEditing, type Editing } from "./useEditing";
import { useEditorKeys } from "./useEditorKeys";
import { Outline } from "./views/Outline";
import { VIEWS, viewOf, type Viewed } from "./views/views";

const Canvas = lazy(() => import("./views/Canvas"));
const Code = lazy(() => import("./views/Code"));

const UNREAD = "The text in Code cannot be read, so there is nothing to test: mend it, or drop it.";
const BELOW_EACH_OTHER = "(max-width: 900px)";

interface Props {
  opened: Opened;
  company: string;
  mayEdit: boolean;
}

export function Editor({ opened, company, mayEdit }: Props) {
  const flow = opened.loaded.permanentId;
  const editing = useEditing(opened, company, mayEdit);
  const handle = useRef<Viewed | null>(null);
  const testing = useSavedTesting(flow, editing, handle);
  const [params, setUrl] = useUrl();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [said, setSaid] = useState({ words: "", isSeen: false });
  const [unsaved, setUnsaved] = useState<Error | null>(null);
  const view = viewOf(params.get("view"), editing.text.flowlets.length);
  const isOpen = params.get("open") === "settings" && editing.chosen !== undefined;
  const panel = useRef<HTMLElement>(null);
  const actions = actionsOf(editing, setAsked, (words, isSeen = false) => setSaid({ words, isSeen }));
  const show = (next: string) => setUrl({ view: next }, { push: true });
  const open = () => {
    if (!editing.chosen) return;
    setUrl({ open: "settings" });
    requestAnimationFrame(() => panel.current?.focus());
  };
  const close = () => {
    setUrl({ open: null });
    handle.current?.focus();
  };
  const publish = () => {
    handle.current?.settle?.();
    setUnsaved(null);
    if (editing.mayChange && editing.text.flowlets.length > 0) void editing.saver.flush().then(() => setAsked({ what: "publish" }), setUnsaved);
  };
  useEditorKeys(editing, actions, testing, {
    go: (way) => handle.current?.go(way),
    open,
    close,
    fit: () => handle.current?.fit(),
    publish,
    cycle: () => show(VIEWS[(VIEWS.indexOf(view) + 1) % VIEWS.length]!),
  });
  useEffect(() => {
    document.title = `${editing.text.name ?? flow} · flow8`;
  }, [editing.text.name, flow]);

  // Below each other, the settings may be out of sight: whoever chooses a flowlet wants to see them.
  useEffect(() => {
    if (isOpen && matchMedia(BELOW_EACH_OTHER).matches) panel.current?.scrollIntoView({ block: "start" });
  }, [isOpen, editing.chosen?.ref]);

  const shown = { editing, actions, testing, handle, open: () => setUrl({ open: "settings" }) };
  const main = (
    <div className="editor-main">
      {view !== "code" && <Tools editing={editing} actions={actions} onOpen={open} />}
      {view !== "code" && <Unread editing={editing} onBack={() => show("code")} />}
      {view !== "code" && editing.text.flowlets.length === 0 ? (
        <Empty actions={actions} mayChange={editing.mayChange} />
      ) : (
        <Suspense fallback={<p className="quiet">Loading …</p>}>
          {view === "canvas" && <Canvas {...shown} onOutline={() => show("outline")} />}
          {view === "outline" && <Outline {...shown} />}
          {view === "code" && <Code {...shown} />}
        </Suspense>
      )}
    </div>
  );
  return (
    <div className="editor">
      <Head flow={flow} editing={editing} testing={testing} view={view} onView={show} onPublish={publish} />
      <p role="status" className={said.isSeen ? "notice late" : "unseen"}>
        {said.words}
      </p>
      {unsaved && editing.saved.phase !== "saved" && <ErrorNotice error={unsaved} retry={publish} />}
      <Conflict flow={flow} editing={editing} />
      {isOpen ? (
        <Split
          what="flow"
          kept="flow8.editor.split"
          usual={42}
          left={main}
          right={<Panel flow={flow} editing={editing} testing={testing} onClose={close} onRename={setAsked} panel={panel} />}
        />
      ) : (
        main
      )}
      <Problems editing={editing} onOpen={() => setUrl({ open: "settings" })} />
      <TestStrip flow={flow} text={editing.text} chosen={editing.chosen?.ref ?? null} testing={testing} mayTest={editing.mayChange} onChoose={editing.choose} />
      <Overlays flow={flow} editing={editing} actions={actions} asked={asked} onClose={() => setAsked(null)} onFocus={() => handle.current?.focus()} onRenamed={testing.renamePin} />
    </div>
  );
}

interface PanelProps {
  flow: string;
  editing: Editing;
  testing: Testing;
  onClose: () => void;
  onRename: (asked: Asked) => void;
  panel: RefObject<HTMLElement | null>;
}

function Panel({ flow, editing, testing, onClose, onRename, panel }: PanelProps) {
  const chosen = editing.chosen!;
  const place = editing.text.flowlets.indexOf(chosen);
  const problems = useMemo(() => problemsAt(editing.problems, place), [editing.problems, place]);
  return (
    <section className="editor-panel" aria-label={`Settings of ${chosen.ref}`} tabIndex={-1} ref={panel}>
      <button type="button" className="plain editor-close" aria-label="Close the settings" onClick={onClose}>
        ✕
      </button>
      <FlowletPanel
        key={chosen.ref}
        flow={flow}
        text={editing.text}
        chosen={chosen}
        problems={problems}
        mayChange={editing.mayChange}
        onChange={(next) => editing.mayChange && editing.change(replace(editing.text, chosen.ref, next), { kind: `set ${chosen.ref}` })}
        onRename={(wish) => editing.mayChange && onRename({ what: "rename", ref: chosen.ref, wish })}
        testing={testing}
      />
    </section>
  );
}

/** A test is one of what stands on the screen: it is saved first, and text that cannot be read is not tested. */
function useSavedTesting(flow: string, editing: Editing, view: RefObject<Viewed | null>): Testing {
  const testing = useTesting(flow, editing.text);
  const { saver } = editing;
  const isUnread = editing.unread !== null;
  const [failed, setFailed] = useState<Error | null>(null);
  return useMemo(() => {
    const run: Testing["run"] = async (...what) => {
      const isRead = view.current?.settle?.() ?? !isUnread;
      setFailed(isRead ? null : new Error(UNREAD));
      if (!isRead) return;
      try {
        await saver.flush();
      } catch (error) {
        return setFailed(error as Error);
      }
      await testing.run(...what);
    };
    return { ...testing, run, error: failed ?? testing.error };
  }, [testing, saver, failed, isUnread, view]);
}
