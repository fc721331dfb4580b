// A new password of one's own. Whoever signs in elsewhere with the old one is out; this session stays.
import { useState } from "react";
import { post } from "../api/client";
import { Form, Field } from "../desk/Form";
import { Dialog } from "./Dialog";
import { useAct } from "../desk/Ask";
import "../style/desk.css";

export function Password({ onClose }: { onClose: () => void }) {
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [isDone, setDone] = useState(false);
  const { error, busy, run } = useAct(() => setDone(true));
  if (isDone) {
    return (
      <Dialog title="Your password is changed" onClose={onClose}>
        <p>Your other sessions are over; you stay signed in here.</p>
        <div className="buttons">
          <button type="button" className="main" onClick={onClose}>
            Close
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Form
      title="Change your password"
      save="Change it"
      busy={busy}
      error={error}
      onSave={() => void run(() => post("/auth/password", { body: { current, new: fresh } }))}
      onClose={onClose}
    >
      <Field label="The password you have" path="current" error={error}>
        <input type="password" autoComplete="current-password" required value={current} onChange={(event) => setCurrent(event.target.value)} />
      </Field>
      <Field label="The new one" path="new" error={error}>
        <input type="password" autoComplete="new-password" required value={fresh} onChange={(event) => setFresh(event.target.value)} />
      </Field>
    </Form>
  );
}
