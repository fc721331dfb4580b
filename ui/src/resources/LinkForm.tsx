// The form of a link; a secret that is left empty stays as it is.
import { useState } from "react";
import { post, put } from "../api/client";
import type { LinkRow } from "../api/types";
import { useAct } from "../desk/Ask";
import { Field, Form } from "../desk/Form";
import { Secret } from "./Secret";
import { SENT } from "./Links";

interface Props {
  link?: LinkRow;
  onDone: () => void;
  onClose: () => void;
}

export function LinkForm({ link, onDone, onClose }: Props) {
  const { error, busy, run } = useAct(onDone);
  const [name, setName] = useState(link?.name ?? "");
  const [service, setService] = useState(link?.service ?? "http");
  const [kind, setKind] = useState(link?.kind ?? "bearer");
  const [hosts, setHosts] = useState(link?.hosts.join("\n") ?? "");
  const [user, setUser] = useState(link?.user ?? "");
  const [header, setHeader] = useState(link?.header ?? "");
  const [secret, setSecret] = useState("");
  const save = () => {
    const told = {
      name,
      hosts: hosts.split(/[\s,]+/).filter(Boolean),
      user: kind === "basic" ? user : null,
      header: kind === "key" ? header : null,
    };
    void run(() =>
      link
        ? put("/links/{link}", { path: { link: link.id }, ifMatch: link.rev, body: { ...told, secret: secret || null } })
        : post("/links", { body: { ...told, service, kind, secret } }),
    );
  };
  return (
    <Form title={link ? `Change ${link.name}` : "New link"} save={link ? "Save" : "Make it"} {...{ error, busy, onClose }} onSave={save}>
      <Field label="Name" path="name" error={error} hint="Flowlets name it so.">
        <input value={name} required autoFocus onChange={(event) => setName(event.target.value)} />
      </Field>
      {!link && (
        <Field label="How it is sent" path="kind" error={error} hint={SENT[kind]}>
          <select value={kind} onChange={(event) => setKind(event.target.value)}>
            {Object.keys(SENT).map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </Field>
      )}
      {!link && (
        <Field label="Service" path="service" error={error} hint="Modules that call any address use http.">
          <input value={service} required onChange={(event) => setService(event.target.value)} />
        </Field>
      )}
      {kind === "basic" && (
        <Field label="User name" path="user" error={error}>
          <input value={user} required autoComplete="off" onChange={(event) => setUser(event.target.value)} />
        </Field>
      )}
      {kind === "key" && (
        <Field label="Header" path="header" error={error} hint="Such as X-Api-Key.">
          <input value={header} required onChange={(event) => setHeader(event.target.value)} />
        </Field>
      )}
      <Field label="Hosts that may get it" path="hosts" error={error} hint="One a line, such as api.example.com or *.example.com.">
        <textarea className="desk-short" value={hosts} required spellCheck={false} onChange={(event) => setHosts(event.target.value)} />
      </Field>
      <Secret label={kind === "basic" ? "Password" : kind === "key" ? "Key" : "Token"} path="secret" isSet={Boolean(link)} required={!link} onChange={setSecret} error={error} />
    </Form>
  );
}
