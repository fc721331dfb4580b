// A new channel, or another name and another way in for one; the token is made by the server and shown once.
import { useState, type FormEvent } from "react";
import { post, put } from "../api/client";
import type { Channel, MadeChannel } from "../api/types";
import { elsewhere, Field, problemsAt } from "../parts/Field";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "../shell/Dialog";
import { keepToken } from "./tokens";
import { KINDS, SENDERS } from "./words";

interface Props {
  channel?: Channel;
  kind?: string;
  onClose: () => void;
  onSaved: (made: MadeChannel) => void;
}

const PATHS = ["name", "kind", "authMode", "authToken", "sender"];

export function ChannelForm({ channel, kind: wanted = "http", onClose, onSaved }: Props) {
  const [name, setName] = useState(channel?.name ?? "");
  const [kind, setKind] = useState(channel?.kind ?? (KINDS.some((each) => each.kind === wanted) ? wanted : "http"));
  const [mode, setMode] = useState(channel?.authMode ?? "header_token");
  const [sender, setSender] = useState(channel?.sender ?? "flow8");
  const [token, setToken] = useState("");
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const authMode = kind === "mcp" || (kind !== "http" && mode === "hmac") ? "header_token" : mode;
  const hasToken = kind !== "mcp" && authMode !== "public";

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const body = { name, authMode, sender: authMode === "hmac" ? sender : "flow8", ...(hasToken && token ? { authToken: token } : {}) };
    try {
      const made = channel ? await put("/channels/{name}", { path: { name: channel.id }, body }) : await post("/channels", { body: { ...body, kind } });
      if (made.authToken) keepToken(made.id, made.authToken);
      onSaved(made);
    } catch (refused) {
      setError(refused as Error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={channel ? `Change ${channel.name}` : "New channel"} onClose={onClose}>
      <form onSubmit={(event) => void save(event)}>
        {elsewhere(error, PATHS) && <ErrorNotice error={elsewhere(error, PATHS)!} />}
        <Field label="Name" hint={channel ? "Its address keeps the first name." : "Its address is made of it."} problems={problemsAt(error, "name")}>
          {(tied) => <input {...tied} autoFocus value={name} placeholder="Web orders" onChange={(event) => setName(event.target.value)} />}
        </Field>
        {!channel && <Kinds kind={kind} choose={setKind} problems={problemsAt(error, "kind")} />}
        {kind === "mcp" ? (
          <p className="quiet">Agents send an API key with scope mcp; a key may be limited to some tools.</p>
        ) : (
          <Field label="Who may come in" hint={TOLD[authMode]} problems={problemsAt(error, "authMode")}>
            {(tied) => (
              <select {...tied} value={authMode} onChange={(event) => setMode(event.target.value)}>
                <option value="header_token">Whoever has the token</option>
                {kind === "http" && <option value="hmac">Whoever signs with the token</option>}
                <option value="public">Anybody</option>
              </select>
            )}
          </Field>
        )}
        {authMode === "hmac" && (
          <Field label="How it is signed" problems={problemsAt(error, "sender")}>
            {(tied) => (
              <select {...tied} value={sender} onChange={(event) => setSender(event.target.value)}>
                {Object.entries(SENDERS).map(([value, words]) => (
                  <option key={value} value={value}>
                    {value === "flow8" ? "Timestamp and SHA-256, our own way" : `As ${words} does`}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        {hasToken && (
          <Field
            label={authMode === "hmac" && sender !== "flow8" ? `The secret that ${SENDERS[sender]} shows you` : "Token"}
            hint={channel ? "Leave it empty to keep the one there is." : "Leave it empty to get one made; it is shown once."}
            problems={problemsAt(error, "authToken")}
          >
            {(tied) => <input {...tied} type="password" autoComplete="off" value={token} onChange={(event) => setToken(event.target.value)} />}
          </Field>
        )}
        <div className="buttons">
          <button type="submit" className="main" disabled={busy}>
            {channel ? "Save" : "Make the channel"}
          </button>
          <button type="button" onClick={onClose}>
            Leave it
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const TOLD: Record<string, string> = {
  header_token: "Requests carry Authorization: Bearer and the token.",
  hmac: "Each request is signed, so that the token itself never travels.",
  public: "Whoever knows the address can start its flows. Choose it only for what anybody may do.",
};

function Kinds({ kind, choose, problems }: { kind: string; choose: (kind: string) => void; problems: readonly string[] }) {
  return (
    <fieldset className="channels-kinds">
      <legend>Kind</legend>
      {KINDS.map((each) => (
        <label key={each.kind} className={kind === each.kind ? "channels-chosen" : undefined}>
          <input type="radio" name="kind" value={each.kind} checked={kind === each.kind} onChange={() => choose(each.kind)} />
          <span>
            <strong>{each.words}</strong>
            <span className="quiet">{each.told}</span>
          </span>
        </label>
      ))}
      {problems.length > 0 && <p className="field-wrong">{problems.join("; ")}</p>}
    </fieldset>
  );
}
