// User groups: people who are granted, and may approve, the same.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { get, post, put, remove } from "../api/client";
import type { User, UserGroup } from "../api/types";
import { Ask, useAct } from "../desk/Ask";
import { Field, Form, Tick } from "../desk/Form";
import { Pages } from "../desk/Pages";
import { useDesk } from "../desk/useDesk";
import { ErrorNotice } from "../parts/parts";
import { useUrl } from "../shell/url";
import { useNames } from "./useNames";

const PAGE = 50;

export function Groups() {
  const client = useQueryClient();
  const [params] = useUrl();
  const page = Number(params.get("page") ?? 1) || 1;
  const names = useNames(true);
  const found = useQuery({
    queryKey: ["user-groups", page],
    queryFn: ({ signal }) => get("/user-groups", { query: { page, size: PAGE }, signal }),
  });
  const rows = found.data?.data ?? [];
  const desk = useDesk<UserGroup>("User groups", rows, ({ here, begin }) => [
    { keys: "n", label: "New user group", run: () => begin("new") },
    { keys: "Enter", label: "Change the group", run: () => here && begin("edit") },
    { keys: "Delete", label: "Remove the group", run: () => here && begin("remove") },
  ]);
  const done = () => {
    desk.end();
    void client.invalidateQueries({ queryKey: ["user-groups"] });
  };
  const { here } = desk;
  return (
    <>
      <div className="desk-head">
        <p className="quiet">A group can be granted flows, and asked for approvals, as one.</p>
        <button type="button" className="main" onClick={() => desk.begin("new")}>
          New group
        </button>
      </div>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      {found.data?.total === 0 && (
        <p className="notice">
          <strong>No user groups yet.</strong> Make one such as finance, and let it approve refunds.
        </p>
      )}
      {rows.length > 0 && (
        <ul className="desk-rows">
          {rows.map((group) => (
            <li key={group.id} className={group.id === here?.id ? "desk-here" : undefined} aria-current={group.id === here?.id || undefined}>
              <div className="desk-what">
                <strong>{group.name}</strong>
              </div>
              <div className="desk-facts">
                <span>{group.userIds.length === 0 ? "Nobody is in it" : group.userIds.map(names.name).join(", ")}</span>
              </div>
              <div className="desk-acts">
                <button type="button" onClick={() => desk.begin("edit", group.id)}>
                  Change
                </button>
                <button type="button" onClick={() => desk.begin("remove", group.id)}>
                  Remove
                </button>
              </div>
            </li>
          ))}
        </ul>
      )}
      <Pages found={found.data} />
      {desk.doing === "new" && <GroupForm users={names.users} onDone={done} onClose={desk.end} />}
      {desk.doing === "edit" && here && <GroupForm key={here.id} group={here} users={names.users} onDone={done} onClose={desk.end} />}
      {desk.doing === "remove" && here && (
        <Ask
          title={`Remove the group ${here.name}?`}
          yes="Remove"
          act={() => remove("/user-groups/{group_id}", { path: { group_id: here.id } })}
          onDone={done}
          onClose={desk.end}
        >
          <p>Its grants go with it, and approvals that ask for it can be decided by administrators only. The people stay.</p>
        </Ask>
      )}
    </>
  );
}

interface FormProps {
  group?: UserGroup;
  users: readonly User[];
  onDone: () => void;
  onClose: () => void;
}

function GroupForm({ group, users, onDone, onClose }: FormProps) {
  const { error, busy, run } = useAct(onDone);
  const [name, setName] = useState(group?.name ?? "");
  const [members, setMembers] = useState<readonly string[]>(group?.userIds ?? []);
  const turn = (id: string, on: boolean) => setMembers(on ? [...members, id] : members.filter((each) => each !== id));
  const save = () => {
    const body = { name, userIds: [...members] };
    void run(() => (group ? put("/user-groups/{group_id}", { path: { group_id: group.id }, body }) : post("/user-groups", { body })));
  };
  return (
    <Form title={group ? `Change ${group.name}` : "New user group"} save={group ? "Save" : "Make it"} {...{ error, busy, onClose }} onSave={save}>
      <Field label="Name" path="name" error={error}>
        <input value={name} required autoFocus onChange={(event) => setName(event.target.value)} />
      </Field>
      <fieldset className="admin-choices">
        <legend>Who is in it</legend>
        {users.map((user) => (
          <Tick key={user.id} label={`${user.name} (${user.email})`} on={members.includes(user.id)} onChange={(on) => turn(user.id, on)} />
        ))}
      </fieldset>
    </Form>
  );
}
