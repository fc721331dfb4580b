// The people of the company: who they are, which role they have, who is shut out.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { get, post, put, remove } from "../api/client";
import type { User } from "../api/types";
import { Ask } from "../desk/Ask";
import { Pages } from "../desk/Pages";
import { useDesk } from "../desk/useDesk";
import { ErrorNotice } from "../parts/parts";
import { useBoot } from "../shell/context";
import { useUrl } from "../shell/url";
import { Once } from "./Once";
import { PersonForm } from "./PersonForm";
import { RoleTable } from "./RoleTable";
import { SeenAs } from "./SeenAs";

const PAGE = 50;

export function People() {
  const client = useQueryClient();
  const { me } = useBoot();
  const [params] = useUrl();
  const page = Number(params.get("page") ?? 1) || 1;
  const [once, setOnce] = useState<{ text: string; email: string } | null>(null);
  const found = useQuery({
    queryKey: ["users", page],
    queryFn: ({ signal }) => get("/users", { query: { page, size: PAGE }, signal }),
  });
  const rows = found.data?.data ?? [];
  const desk = useDesk<User>("People", rows, ({ here, begin }) => [
    { keys: "n", label: "Somebody new", run: () => begin("new") },
    { keys: "Enter", label: "Change name or role", run: () => here && begin("edit") },
    { keys: "v", label: "What they see", run: () => here && begin("seen") },
    { keys: "", label: "A new password for them", run: () => here && begin("password") },
    { keys: "Delete", label: "Take them out of the company", run: () => here && begin("remove") },
  ]);
  const done = () => {
    desk.end();
    void client.invalidateQueries({ queryKey: ["users"] });
  };
  const { here } = desk;
  const show = (email: string, password: string | null) => {
    done();
    if (password) setOnce({ email, text: password });
  };
  return (
    <>
      <div className="desk-head">
        <p className="quiet">A role counts in the whole company; single flows are granted under Access.</p>
        <button type="button" className="main" onClick={() => desk.begin("new")}>
          Add somebody
        </button>
      </div>
      <RoleTable />
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      {rows.length > 0 && (
        <ul className="desk-rows">
          {rows.map((user) => (
            <Row key={user.id} user={user} isMe={user.id === me.userId} isHere={user.id === here?.id} begin={desk.begin} />
          ))}
        </ul>
      )}
      {found.data?.total === 1 && <p className="notice">You are alone here. “Add somebody” makes a one-time password to hand over.</p>}
      <Pages found={found.data} />
      {desk.doing === "new" && <PersonForm onDone={show} onClose={desk.end} />}
      {desk.doing === "edit" && here && <PersonForm key={here.id} user={here} onDone={show} onClose={desk.end} />}
      {desk.doing === "seen" && here && <SeenAs key={here.id} user={here} onClose={desk.end} />}
      {desk.doing === "password" && here && (
        <Ask
          title={`A new password for ${here.name}?`}
          yes="Make one"
          act={async () => {
            const made = await post("/users/{user_id}/password", { path: { user_id: here.id }, body: {} });
            setOnce({ email: here.email, text: made.password ?? "" });
          }}
          onDone={done}
          onClose={desk.end}
        >
          <p>The old one stops working and all sessions of {here.email} end at once.</p>
        </Ask>
      )}
      {desk.doing === "disable" && here && (
        <Ask
          title={here.disabled ? `Let ${here.name} in again?` : `Shut ${here.name} out?`}
          yes={here.disabled ? "Let in" : "Shut out"}
          act={() => put("/users/{user_id}", { path: { user_id: here.id }, body: { disabled: !here.disabled } })}
          onDone={done}
          onClose={desk.end}
        >
          <p>{here.disabled ? "They can sign in again, with the role they had." : "They cannot sign in, and their sessions end. What they made stays."}</p>
        </Ask>
      )}
      {desk.doing === "remove" && here && (
        <Ask
          title={`Take ${here.name} out of the company?`}
          yes="Take out"
          act={() => remove("/users/{user_id}", { path: { user_id: here.id } })}
          onDone={done}
          onClose={desk.end}
        >
          <p>They lose their role, their grants and their place in user groups here. Flows and plays of theirs stay.</p>
        </Ask>
      )}
      {once && (
        <Once
          title={`The password of ${once.email}`}
          hint="Hand it over on a safe way. They can change it once they are in."
          text={once.text}
          onClose={() => setOnce(null)}
        />
      )}
    </>
  );
}

interface RowProps {
  user: User;
  isMe: boolean;
  isHere: boolean;
  begin: (doing: string, id: string) => void;
}

function Row({ user, isMe, isHere, begin }: RowProps) {
  return (
    <li className={[isHere && "desk-here", user.disabled && "desk-ended"].filter(Boolean).join(" ") || undefined} aria-current={isHere || undefined}>
      <div className="desk-what">
        <strong>{user.name}</strong>
        {isMe && <span className="desk-chip">you</span>}
        {user.disabled && <span className="desk-chip desk-chip-late">shut out</span>}
        <span className="quiet">{user.email}</span>
      </div>
      <div className="desk-facts">
        <span>{user.role ? `Role ${user.role}` : "No role; only what is granted"}</span>
        <span className="quiet">{user.hasPassword ? "signs in with a password" : "has no password; signs in with Microsoft"}</span>
      </div>
      <div className="desk-acts">
        <button type="button" onClick={() => begin("edit", user.id)}>
          Change
        </button>
        <button type="button" onClick={() => begin("seen", user.id)}>
          What they see
        </button>
        <button type="button" onClick={() => begin("password", user.id)}>
          New password
        </button>
        {!isMe && (
          <button type="button" onClick={() => begin("disable", user.id)}>
            {user.disabled ? "Let in" : "Shut out"}
          </button>
        )}
        {!isMe && (
          <button type="button" onClick={() => begin("remove", user.id)}>
            Take out
          </button>
        )}
      </div>
    </li>
  );
}
