// My companies: which there are, another name, a new one, the end of an empty one.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { get, post, put, remove } from "../api/client";
import type { Company } from "../api/types";
import { Ask, useAct } from "../desk/Ask";
import { Field, Form } from "../desk/Form";
import { useDesk } from "../desk/useDesk";
import { ErrorNotice } from "../parts/parts";
import { useBoot } from "../shell/context";

export function Companies() {
  const client = useQueryClient();
  const { me } = useBoot();
  const found = useQuery({ queryKey: ["companies"], queryFn: ({ signal }) => get("/companies", { signal }) });
  const rows = found.data?.data ?? [];
  const desk = useDesk<Company>("Companies", rows, ({ begin }) => [{ keys: "n", label: "New company", run: () => begin("new") }]);
  const done = () => {
    desk.end();
    void client.invalidateQueries({ queryKey: ["companies"] });
  };
  const enter = async (company: string) => {
    await post("/auth/company", { body: { company } });
    // Everything on this page belongs to the company before.
    window.location.assign("/");
  };
  const { error, run } = useAct(() => undefined);
  const { here } = desk;
  return (
    <>
      <div className="desk-head">
        <p className="quiet">Flows, people’s roles, keys and the audit belong to one company each and are never seen from another.</p>
        <button type="button" className="main" onClick={() => desk.begin("new")}>
          New company
        </button>
      </div>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {error && <ErrorNotice error={error} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      <ul className="desk-rows">
        {rows.map((company) => {
          const isMine = company.id === me.company?.id;
          return (
            <li key={company.id} className={company.id === here?.id ? "desk-here" : undefined} aria-current={company.id === here?.id || undefined}>
              <div className="desk-what">
                <strong>{company.name}</strong>
                {isMine && <span className="desk-chip desk-chip-on">you are in it</span>}
                <span className="quiet">
                  <code>{company.slug}</code>
                </span>
              </div>
              <div className="desk-facts">{company.role ? `You are ${company.role} there` : "You have no role there, only grants"}</div>
              <div className="desk-acts">
                {isMine ? (
                  <>
                    <button type="button" onClick={() => desk.begin("edit", company.id)}>
                      Rename
                    </button>
                    <button type="button" onClick={() => desk.begin("remove", company.id)}>
                      Remove
                    </button>
                  </>
                ) : (
                  <button type="button" onClick={() => void run(() => enter(company.id))}>
                    Go there
                  </button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
      {desk.doing === "new" && <CompanyForm onDone={done} onClose={desk.end} />}
      {desk.doing === "edit" && here && <CompanyForm key={here.id} company={here} onDone={done} onClose={desk.end} />}
      {desk.doing === "remove" && here && (
        <Ask
          title={`Remove the company ${here.name}?`}
          yes="Remove"
          act={() => remove("/companies/{name}", { path: { name: here.id } })}
          onDone={() => window.location.assign("/")}
          onClose={desk.end}
        >
          <p>That goes only once it holds nothing and nobody but you, and while you have another one.</p>
        </Ask>
      )}
    </>
  );
}

function CompanyForm({ company, onDone, onClose }: { company?: Company; onDone: () => void; onClose: () => void }) {
  const { error, busy, run } = useAct(onDone);
  const [name, setName] = useState(company?.name ?? "");
  const save = () => void run(() => (company ? put("/companies/{name}", { path: { name: company.id }, body: { name } }) : post("/companies", { body: { name } })));
  return (
    <Form title={company ? `Rename ${company.name}` : "New company"} save={company ? "Save" : "Make it"} {...{ error, busy, onClose }} onSave={save}>
      <Field label="Name" path="name" error={error} hint={company ? "Its short name in addresses stays as it is." : "You are its administrator; add others from within it."}>
        <input value={name} required autoFocus onChange={(event) => setName(event.target.value)} />
      </Field>
    </Form>
  );
}
