// The state of one editor: the text with its history, what is chosen, what the server says, and saving by itself.
import { useCallback, useEffect, useMemo, useReducer, useRef, useState, useSyncExternalStore } from "react";
import type { Problem } from "../forms/types";
import { useUrl } from "../shell/url";
import type { Opened } from "./EditorPage";
import { loadDraft, saveDraft, type Loaded } from "./draft/api";
import { forget, keep } from "./draft/copy";
import { Saver, type Saved } from "./draft/saver";
import { untie } from "./draft/told";
import { find } from "./model/changes";
import { begin, changed, chose, redone, undone, type History } from "./model/history";
import { isSame } from "./model/merge";
import type { FlowText, Flowlet } from "./model/types";
import { doubtfulRefs } from "./model/uses";

export interface Editing {
  text: FlowText;
  chosen: Flowlet | undefined;
  saved: Saved;
  saver: Saver;
  problems: readonly Problem[];
  mayChange: boolean;
  canUndo: boolean;
  canRedo: boolean;
  choose: (ref: string | null) => void;
  /** Change the text; `kind` names changes that are one step to undo, `at` what is chosen afterwards. */
  change: (next: FlowText, how?: { kind?: string; at?: string | null }) => void;
  undo: () => void;
  redo: () => void;
  /** What stands in the Code view and cannot be read. */
  unread: string | null;
  setUnread: (source: string | null) => void;
}

type Step =
  | { do: "change"; text: FlowText; chosen: string | null; kind: string }
  | { do: "choose"; chosen: string | null }
  | { do: "undo" | "redo" };

function next(history: History, step: Step): History {
  if (step.do === "change") return changed(history, { text: step.text, chosen: step.chosen }, step.kind);
  if (step.do === "choose") return chose(history, step.chosen);
  return step.do === "undo" ? undone(history) : redone(history);
}

export function useEditing({ loaded, copy }: Opened, company: string, mayEdit: boolean): Editing {
  const [params, setUrl] = useUrl();
  const at = params.get("at");
  const isOurs = copy !== null && mayEdit && (copy.unread !== null || !isSame(copy.text, loaded.text));
  const [history, step] = useReducer(next, null, () => {
    const start = begin(loaded.text, at);
    // What was left behind is a step after what the server has, so that it can be undone.
    return isOurs ? changed(start, { text: copy.text, chosen: at }) : start;
  });
  const [unread, setUnread] = useState(isOurs ? copy.unread : null);
  const saver = useSaver({ loaded, copy: isOurs ? copy : null }, company, unread);
  const saved = useSyncExternalStore(saver.watch, () => saver.state);
  const { text, chosen: ref } = history.now;
  const latest = useRef(history);
  latest.current = history;

  useEffect(() => {
    if (mayEdit) saver.want(text);
  }, [saver, text, mayEdit]);
  // The address follows what is chosen, and leads: Back and a pasted link choose as well.
  useEffect(() => setUrl({ at: find(text, ref) ? ref : null }), [ref]);
  useEffect(() => {
    if (at !== null && at !== latest.current.now.chosen) step({ do: "choose", chosen: at });
  }, [at]);

  const choose = useCallback((chosen: string | null) => step({ do: "choose", chosen }), []);
  const change = useCallback(
    (wanted: FlowText, { kind = "", at: chosen }: { kind?: string; at?: string | null } = {}) =>
      step({ do: "change", text: wanted, chosen: chosen === undefined ? latest.current.now.chosen : chosen, kind }),
    [],
  );
  const undo = useCallback(() => step({ do: "undo" }), []);
  const redo = useCallback(() => step({ do: "redo" }), []);
  useNews(saver, loaded.permanentId, (fresh) => change(fresh.text));
  const problems = useProblems(saved, text);
  return {
    text,
    chosen: find(text, ref),
    saved,
    saver,
    problems,
    mayChange: mayEdit && saved.phase !== "forbidden",
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    choose,
    change,
    undo,
    redo,
    unread,
    setUnread,
  };
}

function useSaver({ loaded, copy }: Opened, company: string, unread: string | null): Saver {
  const flow = loaded.permanentId;
  const kept = useRef({ unread });
  kept.current = { unread };
  const [saver] = useState(() => {
    const ports = {
      save: (text: FlowText, etag: string) => saveDraft(flow, text, etag),
      keep: (text: FlowText | null, base: FlowText, etag: string) => {
        const { unread: source } = kept.current;
        if (text === null && source === null) forget(company, flow);
        else keep(company, flow, { text: text ?? base, base, etag, at: Date.now(), unread: source });
      },
    };
    const made = new Saver(ports, loaded);
    // The work began with another text than the server has by now: its first save meets a conflict, and asks.
    if (copy && copy.etag !== loaded.etag) made.state = { ...made.state, etag: copy.etag, base: copy.base ?? loaded.text };
    return made;
  });
  useEffect(() => {
    const { state } = saver;
    if (unread !== null) keep(company, flow, { text: saver.text(), base: state.base, etag: state.etag, at: Date.now(), unread });
  }, [saver, unread, company, flow]);
  useEffect(() => () => saver.stop(), [saver]);
  return saver;
}

/** Whoever comes back to this page without work of their own sees what others did meanwhile. */
function useNews(saver: Saver, flow: string, take: (fresh: Loaded) => void): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const look = async () => {
      if (document.visibilityState !== "visible" || !saver.isIdle()) return;
      const fresh = await loadDraft(flow).catch(() => null);
      if (fresh === null || !saver.isIdle() || fresh.etag === saver.state.etag) return;
      saver.resolve(fresh, fresh.text);
      latest.current(fresh);
    };
    const hear = () => void look();
    document.addEventListener("visibilitychange", hear);
    return () => document.removeEventListener("visibilitychange", hear);
  }, [saver, flow]);
}

/** What the server said last, and what can be said at once of refs that changed since. */
function useProblems(saved: Saved, text: FlowText): readonly Problem[] {
  return useMemo(() => {
    const told = untie(saved.told, text);
    const isTold = new Set(told.map((each) => each.path));
    return saved.base === text ? told : [...told, ...doubtfulRefs(text).filter((each) => !isTold.has(each.path))];
  }, [saved.told, saved.base, text]);
}
