// What a clean-up would remove by some policies: the sums, then flow by flow with the policy that wins.
import type { RetentionPreview } from "../api/types";
import { bytes } from "../parts/times";
import { spelled, WORDS, type Scope } from "./retention";
import type { useNames } from "./useNames";

interface Props {
  found: RetentionPreview;
  /** The policies were changed since. */
  isOld: boolean;
  names: ReturnType<typeof useNames>;
}

export function Freed({ found, isOld, names }: Props) {
  const about = found.exact ? "" : "about ";
  const going = found.flows.filter((each) => each.plays > 0);
  const winner = (policy: RetentionPreview["flows"][number]["policy"]) =>
    `${WORDS[policy.scope as Scope]}${policy.groupId ? ` ${names.name(policy.groupId)}` : ""}, ${spelled(policy.keptFor)}${policy.isDefault ? " (settings)" : ""}`;
  return (
    <section className="admin-freed" aria-label="What would go">
      <h2>What would go now</h2>
      {isOld && <p className="notice late">The policies were changed since this was counted. Look again before you save.</p>}
      <p role="status">
        {found.plays === 0 && found.audit.entries === 0
          ? "Nothing: no play and no entry of the audit is old enough."
          : `${about}${found.plays} plays with ${bytes(found.bytes)}, ${found.files} files with ${bytes(found.fileBytes)}, and ${found.audit.entries} entries of the audit with ${bytes(found.audit.bytes)}.`}
      </p>
      {!found.complete && <p className="notice late">There are too many flows to look at all of them in time; more would go than is told here.</p>}
      {found.flows.length > 0 && (
        <div className="admin-scroll" tabIndex={0} role="region" aria-label="Flow by flow">
          <table className="admin-table">
            <thead>
              <tr>
                <th scope="col">Flow</th>
                <th scope="col">The policy that wins</th>
                <th scope="col">Plays</th>
                <th scope="col">Bytes</th>
              </tr>
            </thead>
            <tbody>
              {(going.length ? going : found.flows).map((each) => (
                <tr key={each.flowId + each.about}>
                  <th scope="row">
                    {each.name ?? "a flow that is gone"}
                    {each.about !== "all" && <small className="quiet">{each.about} plays</small>}
                  </th>
                  <td>{winner(each.policy)}</td>
                  <td>
                    {each.exact ? "" : "about "}
                    {each.plays}
                  </td>
                  <td>{bytes(each.bytes + each.fileBytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.flowsInAll > found.flows.length && <p className="quiet">The {found.flows.length} with the most bytes are shown, of {found.flowsInAll}.</p>}
    </section>
  );
}
