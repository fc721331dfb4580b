// Links: what flows sign in elsewhere with. Which hosts get it and who uses it is shown; the secret never is.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { get, remove } from "../api/client";
import type { LinkRow } from "../api/types";
import { Ask } from "../desk/Ask";
import { useHolds } from "../desk/NoRight";
import { Pages } from "../desk/Pages";
import { useDesk } from "../desk/useDesk";
import { ErrorNotice, Moment } from "../parts/parts";
import { useUrl } from "../shell/url";
import { LinkForm } from "./LinkForm";
import { breaks, Uses } from "./Uses";

const PAGE = 50;
export const SENT: Record<string, string> = {
  bearer: "a token, as Authorization: Bearer",
  basic: "a name and a password (Basic)",
  key: "a key in a header of its own",
};

export function Links() {
  const client = useQueryClient();
  const mayEdit = useHolds("edit");
  const [params] = useUrl();
  const page = Number(params.get("page") ?? 1) || 1;
  const found = useQuery({
    queryKey: ["links", page],
    queryFn: ({ signal }) => get("/links", { query: { page, size: PAGE }, signal }),
  });
  const uses = useQuery({ queryKey: ["link-uses"], queryFn: ({ signal }) => get("/links/uses", { signal }) });
  const rows = found.data?.data ?? [];
  const desk = useDesk<LinkRow>("Links", rows, ({ here, begin }) =>
    mayEdit
      ? [
          { keys: "n", label: "New link", run: () => begin("new") },
          { keys: "Enter", label: "Change the link", run: () => here && begin("edit") },
          { keys: "Delete", label: "Remove the link", run: () => here && begin("remove") },
        ]
      : [],
  );
  const flowsOf = (id: string) => uses.data?.data.find((each) => each.id === id)?.flows ?? (uses.data ? [] : undefined);
  const done = () => {
    desk.end();
    void client.invalidateQueries({ queryKey: ["links"] });
    void client.invalidateQueries({ queryKey: ["link-uses"] });
  };
  const { here } = desk;
  return (
    <>
      <div className="desk-head">
        <p className="quiet">A flowlet names a link; flow8 sends its secret, and only to the hosts that stand here.</p>
        {mayEdit && (
          <button type="button" className="main" onClick={() => desk.begin("new")}>
            New link
          </button>
        )}
      </div>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {uses.isError && <ErrorNotice error={uses.error} retry={() => void uses.refetch()} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      {found.data?.total === 0 && <NoLinks mayEdit={mayEdit} />}
      {rows.length > 0 && (
        <ul className="desk-rows">
          {rows.map((link) => (
            <li key={link.id} className={link.id === here?.id ? "desk-here" : undefined} aria-current={link.id === here?.id || undefined}>
              <div className="desk-what">
                <strong>{link.name}</strong>
                <span className="desk-chip">{link.kind}</span>
                <span className="quiet">
                  service <code>{link.service}</code>
                  {link.user && ` · as ${link.user}`}
                  {link.header && (
                    <>
                      {" "}
                      · in <code>{link.header}</code>
                    </>
                  )}
                </span>
              </div>
              <div className="desk-facts">
                <span>
                  to <code>{link.hosts.join(", ")}</code>
                </span>
                <Uses flows={flowsOf(link.id)} />
                <span className="quiet">
                  secret set, never shown · changed <Moment at={link.updatedAt} /> by {link.updatedBy}
                </span>
              </div>
              {mayEdit && (
                <div className="desk-acts">
                  <button type="button" onClick={() => desk.begin("edit", link.id)}>
                    Change
                  </button>
                  <button type="button" onClick={() => desk.begin("remove", link.id)}>
                    Remove
                  </button>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      <Pages found={found.data} />
      {desk.doing === "new" && mayEdit && <LinkForm onDone={done} onClose={desk.end} />}
      {desk.doing === "edit" && mayEdit && here && <LinkForm key={here.id + here.rev} link={here} onDone={done} onClose={desk.end} />}
      {desk.doing === "remove" && mayEdit && here && (
        <Ask
          title={`Remove the link ${here.name}?`}
          yes="Remove"
          act={() => remove("/links/{link}", { path: { link: here.id }, ifMatch: here.rev })}
          onDone={done}
          onClose={desk.end}
          barred={breaks(here.name, flowsOf(here.id))}
        >
          <p>Its secret is gone with it; nobody can bring it back.</p>
        </Ask>
      )}
    </>
  );
}

function NoLinks({ mayEdit }: { mayEdit: boolean }) {
  return (
    <div className="notice">
      <p>
        <strong>No links yet.</strong> A link is what a flow signs in elsewhere with:
      </p>
      <ul>
        {Object.entries(SENT).map(([kind, words]) => (
          <li key={kind}>
            <strong>{kind}</strong>: {words}
          </li>
        ))}
      </ul>
      <p>{mayEdit ? "Make the first one with “New link”." : "An editor makes the first one."}</p>
    </div>
  );
}
