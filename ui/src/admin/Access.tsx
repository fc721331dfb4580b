// Grants: who may do what on one flow or a group of flows, beside the role they have.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { get, post, put, remove } from "../api/client";
import type { Grant } from "../api/types";
import { Ask, useAct } from "../desk/Ask";
import { Field, Form } from "../desk/Form";
import { useHolds } from "../desk/NoRight";
import { Pages } from "../desk/Pages";
import { useDesk } from "../desk/useDesk";
import { ErrorNotice, Moment } from "../parts/parts";
import { useUrl } from "../shell/url";
import { GRANTED } from "./roles";
import { useNames } from "./useNames";

const PAGE = 50;
type Names = ReturnType<typeof useNames>;

export function Access() {
  const client = useQueryClient();
  const isAdmin = useHolds("administer");
  const [params, change] = useUrl();
  const page = Number(params.get("page") ?? 1) || 1;
  const flow = params.get("flow") ?? "";
  const names = useNames(isAdmin);
  const found = useQuery({
    queryKey: ["grants", page, flow],
    queryFn: ({ signal }) => get("/access", { query: { page, size: PAGE, ...(flow && { flowId: flow }) }, signal }),
    enabled: isAdmin || Boolean(flow),
  });
  const rows = found.data?.data ?? [];
  const desk = useDesk<Grant>("Access", rows, ({ here, begin }) => [
    { keys: "n", label: "New grant", run: () => begin("new") },
    { keys: "Enter", label: "Another right", run: () => here && begin("edit") },
    { keys: "Delete", label: "Take the grant back", run: () => here && begin("remove") },
  ]);
  const done = () => {
    desk.end();
    void client.invalidateQueries({ queryKey: ["grants"] });
  };
  const { here } = desk;
  return (
    <>
      <div className="desk-head">
        <label className="admin-inline">
          Grants on{" "}
          <select value={flow} onChange={(event) => change({ flow: event.target.value, page: null, at: null }, { push: true })}>
            <option value="">{isAdmin ? "everything" : "choose a flow …"}</option>
            {names.flows.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="main" onClick={() => desk.begin("new")}>
          New grant
        </button>
      </div>
      {names.error && <ErrorNotice error={names.error} />}
      {names.isCut && <p className="quiet desk-said">Of people, groups and flows the first hundred stand in the choices here; the others are shown by id.</p>}
      {!isAdmin && !flow && <p className="notice">You administer single flows. Choose one to see who may do what on it.</p>}
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.isLoading && <p className="quiet">Loading …</p>}
      {found.data?.total === 0 && (
        <p className="notice">
          <strong>Nothing is granted {flow ? "on this flow" : "yet"}.</strong> What people may do follows from their roles alone. A grant gives somebody a right on
          one flow, or on a group of flows.
        </p>
      )}
      {rows.length > 0 && (
        <ul className="desk-rows">
          {rows.map((grant) => (
            <li key={grant.id} className={grant.id === here?.id ? "desk-here" : undefined} aria-current={grant.id === here?.id || undefined}>
              <div className="desk-what">
                <strong>{names.name(grant.userId ?? grant.userGroupId)}</strong>
                {grant.userGroupId && <span className="desk-chip">user group</span>}
              </div>
              <div className="desk-facts">
                <span>
                  may <strong>{grant.right}</strong> {grant.flowId ? "the flow" : "all flows of the group"} {names.name(grant.flowId ?? grant.groupId)}
                </span>
                <span className="quiet">
                  granted <Moment at={grant.createdAt} /> by {grant.createdBy}
                </span>
              </div>
              <div className="desk-acts">
                <button type="button" onClick={() => desk.begin("edit", grant.id)}>
                  Another right
                </button>
                <button type="button" onClick={() => desk.begin("remove", grant.id)}>
                  Take back
                </button>
              </div>
            </li>
          ))}
        </ul>
      )}
      <Pages found={found.data} />
      {desk.doing === "new" && <NewGrant names={names} flow={flow} onDone={done} onClose={desk.end} />}
      {desk.doing === "edit" && here && <OtherRight key={here.id} grant={here} names={names} onDone={done} onClose={desk.end} />}
      {desk.doing === "remove" && here && (
        <Ask
          title="Take this grant back?"
          yes="Take back"
          act={() => remove("/access/{grant_id}", { path: { grant_id: here.id } })}
          onDone={done}
          onClose={desk.end}
        >
          <p>
            {names.name(here.userId ?? here.userGroupId)} may no longer {here.right} {names.name(here.flowId ?? here.groupId)}, unless a role or another grant allows it.
          </p>
        </Ask>
      )}
    </>
  );
}

function NewGrant({ names, flow, onDone, onClose }: { names: Names; flow: string; onDone: () => void; onClose: () => void }) {
  const { error, busy, run } = useAct(onDone);
  const [who, setWho] = useState("");
  const [right, setRight] = useState<string>("view");
  const [on, setOn] = useState(flow && `flowId ${flow}`);
  const save = () => {
    const [whoField = "", whoId = ""] = who.split(" ");
    const [onField = "", onId = ""] = on.split(" ");
    void run(() => post("/access", { body: { right, [whoField]: whoId, [onField]: onId } }));
  };
  return (
    <Form title="New grant" save="Grant" {...{ error, busy, onClose }} onSave={save}>
      <Field label="Who" path="userId" error={error} hint={names.users.length ? undefined : "Only administrators of the company see its people; ask one for this grant."}>
        <select value={who} required onChange={(event) => setWho(event.target.value)}>
          <option value="">choose …</option>
          {names.users.map((each) => (
            <option key={each.id} value={`userId ${each.id}`}>
              {each.name} ({each.email})
            </option>
          ))}
          {names.userGroups.map((each) => (
            <option key={each.id} value={`userGroupId ${each.id}`}>
              group {each.name}
            </option>
          ))}
        </select>
      </Field>
      <Right right={right} setRight={setRight} error={error} />
      <Field label="On" path="flowId" error={error}>
        <select value={on} required onChange={(event) => setOn(event.target.value)}>
          <option value="">choose …</option>
          {names.flows.map((each) => (
            <option key={each.id} value={`flowId ${each.id}`}>
              the flow {each.name}
            </option>
          ))}
          {names.groups.map((each) => (
            <option key={each.id} value={`groupId ${each.id}`}>
              all flows of the group {each.name}
            </option>
          ))}
        </select>
      </Field>
    </Form>
  );
}

function OtherRight({ grant, names, onDone, onClose }: { grant: Grant; names: Names; onDone: () => void; onClose: () => void }) {
  const { error, busy, run } = useAct(onDone);
  const [right, setRight] = useState(grant.right);
  const save = () => void run(() => put("/access/{grant_id}", { path: { grant_id: grant.id }, body: { right } }));
  return (
    <Form title={`${names.name(grant.userId ?? grant.userGroupId)} on ${names.name(grant.flowId ?? grant.groupId)}`} save="Save" {...{ error, busy, onClose }} onSave={save}>
      <Right right={right} setRight={setRight} error={error} />
    </Form>
  );
}

function Right({ right, setRight, error }: { right: string; setRight: (right: string) => void; error: Error | null }) {
  return (
    <Field label="May" path="right" error={error} hint="Each right holds the ones before it.">
      <select value={right} onChange={(event) => setRight(event.target.value)}>
        {GRANTED.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </Field>
  );
}
