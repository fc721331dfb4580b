// The form of a person: somebody new, or another name or role.
import { useState } from "react";
import { post, put } from "../api/client";
import type { User } from "../api/types";
import { useAct } from "../desk/Ask";
import { Field, Form } from "../desk/Form";
import { ROLES } from "./roles";

interface Props {
  user?: User;
  /** Gets the password that was made up, if one was. */
  onDone: (email: string, password: string | null) => void;
  onClose: () => void;
}

export function PersonForm({ user, onDone, onClose }: Props) {
  const { error, busy, run } = useAct(() => undefined);
  const [email, setEmail] = useState(user?.email ?? "");
  const [name, setName] = useState(user?.name ?? "");
  const [role, setRole] = useState(user ? (user.role ?? "") : "viewer");
  const save = () =>
    void run(async () => {
      if (user) {
        // Only what differs: the name of somebody who belongs to other companies too is not this one's to change.
        const body = { ...(name !== user.name && { name }), role: role || null };
        await put("/users/{user_id}", { path: { user_id: user.id }, body });
        onDone(user.email, null);
      } else {
        const made = await post("/users", { body: { email, name, role: role || null } });
        onDone(made.email, made.password);
      }
    });
  return (
    <Form title={user ? `Change ${user.name}` : "Add somebody"} save={user ? "Save" : "Add"} {...{ error, busy, onClose }} onSave={save}>
      {!user && (
        <Field label="E-mail" path="email" error={error} hint="They sign in with it.">
          <input type="email" value={email} required autoFocus autoComplete="off" onChange={(event) => setEmail(event.target.value)} />
        </Field>
      )}
      <Field label="Name" path="name" error={error}>
        <input value={name} required autoComplete="off" onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label="Role" path="role" error={error} hint={role ? undefined : "They may do only what is granted to them under Access."}>
        <select value={role} onChange={(event) => setRole(event.target.value)}>
          {ROLES.map((each) => (
            <option key={each}>{each}</option>
          ))}
          <option value="">no role</option>
        </select>
      </Field>
      {!user && <p className="quiet">A password is made up and shown once, unless they have an account in another company already.</p>}
    </Form>
  );
}
