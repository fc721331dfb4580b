// Which policy wins for a flow, as the policies stand on this page.
import { useUrl } from "../shell/url";
import { groupsAround, said, winners, type Draft } from "./retention";
import type { useNames } from "./useNames";

interface Props {
  own: readonly Draft[];
  defaults: readonly Draft[];
  names: ReturnType<typeof useNames>;
}

export function Winner({ own, defaults, names }: Props) {
  const [params, change] = useUrl();
  const flow = names.flows.find((each) => each.id === params.get("flow"));
  const won = flow && winners(own, defaults, flow.id, groupsAround(flow.groupId, names.groups));
  return (
    <div className="admin-inline">
      <label>
        Which one wins for{" "}
        <select value={flow?.id ?? ""} onChange={(event) => change({ flow: event.target.value })}>
          <option value="">choose a flow …</option>
          {names.flows.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      {won && <span role="status">{won.all ? said(won.all) : `Of filtered plays ${said(won.filtered)}. Of the others ${said(won.rest)}.`}</span>}
    </div>
  );
}
