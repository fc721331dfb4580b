// No flow yet: examples that run at once stand where the list will be.
import { may } from "../boot";
import { Dialog } from "../shell/Dialog";
import { useBoot } from "../shell/context";
import { Examples } from "./Examples";
import { Made } from "./Made";
import { useImport } from "./useImport";

export function Beginnings() {
  const { me } = useBoot();
  const wish = useImport();
  if (!may(me, "edit")) {
    return (
      <p className="notice">
        <strong>No flows yet.</strong> Somebody who may edit has to make one.
      </p>
    );
  }
  return (
    <section className="flows-empty">
      <h2>No flows yet</h2>
      <p className="quiet">Begin with one of these. They need no credentials and run at once. Or press “New flow”.</p>
      <Examples wish={wish} />
      {wish.made && (
        <Dialog title={`${wish.made.flow.name} is there`} onClose={wish.forget} stays>
          <Made made={wish.made} />
        </Dialog>
      )}
    </section>
  );
}
