// Which doors run the new version from now on; who may not see them is told so.
import { useQuery } from "@tanstack/react-query";
import { reachOf } from "./reach";

export function WhomItReaches({ flow, isFirst }: { flow: { id: string; permanentId: string; enabled: boolean }; isFirst: boolean }) {
  const reach = useQuery({ queryKey: ["flow", flow.id, "reach"], queryFn: ({ signal }) => reachOf(flow, signal), staleTime: 10_000 });
  if (reach.error) return <p className="quiet">Which channels and schedules run it cannot be shown: {reach.error.message}</p>;
  if (!reach.data) return <p className="quiet">Looking for channels and schedules …</p>;
  const { routes, schedules } = reach.data;
  const when = isFirst ? "as soon as it is published" : "from then on";
  return (
    <section aria-label="Whom it reaches">
      <h3>Whom it reaches</h3>
      {!flow.enabled && <p className="notice late">The flow is switched off: nothing runs it until somebody switches it on.</p>}
      {routes.length + schedules.length === 0 ? (
        <p className="quiet">No channel and no schedule runs this flow.</p>
      ) : (
        <ul className="settings-changes">
          {routes.map((each) => (
            <li key={each.channel + each.name}>
              Channel <strong>{each.channel}</strong> <code>{each.name}</code> {each.isOn ? `runs it ${when}` : "is switched off"}
            </li>
          ))}
          {schedules.map((each) => (
            <li key={each.name}>
              Schedule <strong>{each.name}</strong> <code>{each.when}</code> {each.isOn ? `runs it ${when}` : "is switched off"}
            </li>
          ))}
        </ul>
      )}
      <p className="quiet">Plays that run already keep the version they began with.</p>
    </section>
  );
}
