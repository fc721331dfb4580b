// Choose the play to compare with: the one it is a rerun of, its last rerun, or a recent one of the same flow.
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Play } from "../api/types";
import { ErrorNotice, Moment, State } from "../parts/parts";
import { duration } from "../parts/times";
import { Dialog } from "../shell/Dialog";
import { useUrl } from "../shell/url";

export function Choose({ play, onClose }: { play: Play; onClose: () => void }) {
  const [, change] = useUrl();
  const found = useQuery({
    queryKey: ["plays", "of", play.flowId],
    queryFn: ({ signal }) => get("/flows/{name}/plays", { path: { name: play.flowId }, query: { size: 25 }, signal }),
  });
  const pick = (id: string) => {
    onClose();
    change({ compare: id }, { push: true });
  };
  const others = found.data?.data.filter((each) => each.id !== play.id) ?? [];
  return (
    <Dialog title="Compare with" onClose={onClose}>
      {play.rerunOf && (
        <p>
          <button type="button" className="main" onClick={() => pick(play.rerunOf!)}>
            The play that it is a rerun of
          </button>
        </p>
      )}
      {play.reruns[0] && (
        <p>
          <button type="button" className="main" onClick={() => pick(play.reruns[0]!.id)}>
            Its last rerun
          </button>
        </p>
      )}
      {found.isError && <ErrorNotice error={found.error} />}
      {found.isSuccess && others.length === 0 && <p className="quiet">The flow has no other play.</p>}
      <ul className="choices">
        {others.map((each) => (
          <li key={each.id}>
            <button type="button" className="plain" onClick={() => pick(each.id)}>
              <State state={each.state} /> {each.title ?? each.id}
            </button>
            <span className="quiet">
              {each.version === null ? "a draft" : `v${each.version}`} · {duration(each.durationMs)} · <Moment at={each.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
