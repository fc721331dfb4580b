// What the editor asks over itself: which module, what name, who waits for whom, what uses it, publishing.
import { ModulePicker } from "../settings/ModulePicker";
import { PublishDialog } from "../settings/PublishDialog";
import type { Actions, Asked } from "./actions";
import { Rename } from "./Rename";
import { Uses } from "./Uses";
import { Waits } from "./Waits";
import type { Editing } from "./useEditing";

interface Props {
  flow: string;
  editing: Editing;
  actions: Actions;
  asked: Asked | null;
  onClose: () => void;
  onFocus: () => void;
  onRenamed: (before: string, after: string) => void;
}

export function Overlays({ flow, editing, actions, asked, onClose, onFocus, onRenamed }: Props) {
  if (asked === null) return null;
  const close = () => {
    onClose();
    // The dialog goes first; then the view may take the focus to what is chosen.
    setTimeout(onFocus);
  };
  if (asked.what === "pick") {
    const pick = (appId: string) => {
      actions.made(appId, asked.where, asked.at);
      close();
    };
    return <ModulePicker onPick={pick} onClose={close} />;
  }
  if (asked.what === "publish") {
    const published = (version: number) => {
      editing.saver.published(version);
      actions.say(`Published as version ${version}.`);
      close();
    };
    return <PublishDialog flow={flow} etag={editing.saved.etag} isUnread={editing.unread !== null} onClose={close} onPublished={published} />;
  }
  if (asked.what === "rename") return <Rename editing={editing} from={asked.ref} wish={asked.wish} onClose={close} say={actions.say} onRenamed={onRenamed} />;
  if (asked.what === "uses") return <Uses editing={editing} of={asked.ref} onClose={close} />;
  return <Waits editing={editing} of={asked.ref} onClose={close} />;
}
