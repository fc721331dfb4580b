// Try a route: a form made of the flow's input, the answer as the caller gets it, and the way to the play.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { ApiError, post } from "../api/client";
import type { Channel, ChannelRoute } from "../api/types";
import { SchemaForm } from "../forms/SchemaForm";
import type { JsonSchema, Problem } from "../forms/types";
import { Field } from "../parts/Field";
import { ErrorNotice } from "../parts/parts";
import { duration } from "../parts/times";
import { useKeys } from "../shell/keys";
import type { Args } from "./lines";
import { send, type Answered } from "./send";
import { keepToken, useToken } from "./tokens";

interface Props {
  channel: Channel;
  route: ChannelRoute;
  schema: JsonSchema | null;
  args: Args;
  onChange: (args: Args) => void;
}

const WAIT_SECONDS = 30;
const REQUESTS_AFTER_MS = 1500;

export function TryIt({ channel, route, schema, args, onChange }: Props) {
  const client = useQueryClient();
  const token = useToken(channel.id);
  const [answered, setAnswered] = useState<Answered | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const throughIt = channel.kind === "http" && (channel.authMode !== "hmac" || channel.sender === "flow8");
  const needsToken = throughIt && channel.authMode !== "public";

  const go = async () => {
    setBusy(true);
    setError(null);
    setAnswered(null);
    try {
      setAnswered(await (throughIt ? send(channel, route, args, token ?? "") : run(route, args)));
      setTimeout(() => void client.invalidateQueries({ queryKey: ["channels", channel.slug, "requests"] }), REQUESTS_AFTER_MS);
    } catch (refused) {
      setError(refused as Error);
    }
    setBusy(false);
  };
  useKeys("Try it", [{ keys: "Ctrl Enter", label: "Send", run: () => void go() }]);
  return (
    <div className="channels-try">
      {!throughIt && (
        <p className="quiet">
          {channel.kind === "http"
            ? "Only its sender can sign for it, so this plays the flow itself, not through the channel."
            : "A page cannot speak to this port, so this plays the flow itself, not through the channel. The line above goes through it."}
        </p>
      )}
      {schema ? (
        <SchemaForm schema={schema} value={args} onChange={(next) => onChange(next as Args)} path="args" problems={answered?.problems ?? refusedOf(error)} />
      ) : (
        <p className="quiet">The flow has no published version yet, so nothing can be played.</p>
      )}
      {needsToken && (
        <Field label="Token" hint="Of this channel. It stays on this page and is sent with the request only.">
          {(tied) => <input {...tied} type="password" autoComplete="off" value={token ?? ""} onChange={(event) => keepToken(channel.id, event.target.value || null)} />}
        </Field>
      )}
      <div className="buttons">
        <button type="button" className="main" disabled={busy} onClick={() => void go()}>
          {busy ? "Waiting for the answer …" : "Send"} <kbd>Ctrl Enter</kbd>
        </button>
      </div>
      {error && <ErrorNotice error={error} />}
      {answered && <Shown answered={answered} />}
    </div>
  );
}

/** Play the flow itself, and tell it as an answer. */
async function run(route: ChannelRoute, args: Args): Promise<Answered> {
  const began = performance.now();
  const told = await post("/flows/{name}/run", { path: { name: route.targetFlowIds[0]! }, body: { args, wait: WAIT_SECONDS } });
  return { status: "output" in told ? 200 : 202, playId: told.playId, took: performance.now() - began, text: JSON.stringify(told, null, 2), problems: [] };
}

function refusedOf(error: Error | null): readonly Problem[] {
  return error instanceof ApiError ? error.details : [];
}

function Shown({ answered }: { answered: Answered }) {
  const ref = useRef<HTMLDivElement>(null);
  // The form may be long, and the answer stands below it.
  useEffect(() => void ref.current?.scrollIntoView({ block: "nearest" }), [answered]);
  const colour = answered.status < 400 ? "good" : answered.status < 500 ? "late" : "bad";
  return (
    <div ref={ref} className="channels-answer" role="status">
      <p>
        <span className={`state ${colour}`}>{answered.status}</span> <span className="quiet">in {duration(answered.took)}</span>{" "}
        {answered.playId ? <Link href={`/plays/${answered.playId}`}>See the play</Link> : <span className="quiet">It started no play.</span>}
      </p>
      <pre tabIndex={0}>{answered.text || "(empty)"}</pre>
    </div>
  );
}
