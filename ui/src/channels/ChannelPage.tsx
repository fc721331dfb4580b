// One channel: whether anybody can come in, its routes with full addresses and lines that work, what came in lately.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { get, put, remove } from "../api/client";
import type { Channel } from "../api/types";
import { OnOff } from "../parts/Field";
import { Copy, ErrorNotice } from "../parts/parts";
import { Dialog } from "../shell/Dialog";
import { useBoot } from "../shell/context";
import { leftField, useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";
import "../style/field.css";
import "../style/channels.css";
import { ChannelForm } from "./ChannelForm";
import { Notes } from "./Notes";
import { Requests } from "./Requests";
import { RouteCard } from "./RouteCard";
import { RouteForm } from "./RouteForm";
import { mcpSnippet } from "./lines";
import { keepToken, useToken } from "./tokens";
import { entryOf, kindOf, wayOf } from "./words";

const LOOK_MS = 5_000;

export function ChannelPage({ name }: { name: string }) {
  const found = useQuery({ queryKey: ["channels", name], queryFn: ({ signal }) => get("/channels/{name}", { path: { name }, signal }) });
  return (
    <div className="channels">
      <ol className="crumbs" aria-label="Where this is">
        <li>
          <Link href="/channels">Channels</Link>
        </li>
        <li aria-current="page">{found.data?.name ?? name}</li>
      </ol>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      {found.data && <Shown channel={found.data} />}
    </div>
  );
}

function Shown({ channel }: { channel: Channel }) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [params, change] = useUrl();
  const mayEdit = useBoot().me.rights.includes("edit");
  const token = useToken(channel.id);
  const [asks, setAsks] = useState<"remove" | "token" | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const reach = useQuery({
    queryKey: ["channels", channel.slug, "reach", channel.enabled, channel.routes.length],
    queryFn: ({ signal }) => get("/channels/{name}/reach", { path: { name: channel.id }, signal }),
    refetchInterval: (query) => (query.state.data?.notes.some((note) => note.code === "NOT_LISTENED") ? LOOK_MS : false),
    placeholderData: (before) => before,
  });
  const renew = () => client.invalidateQueries({ queryKey: ["channels"] });
  const attempt = async (deed: () => Promise<unknown>) => {
    setError(null);
    setAsks(null);
    try {
      await deed();
      await renew();
    } catch (refused) {
      setError(refused as Error);
    }
  };
  const path = { name: channel.id };
  const turn = () => attempt(() => put("/channels/{name}", { path, body: { enabled: !channel.enabled } }));
  const rotate = () => attempt(async () => keepToken(channel.id, (await put("/channels/{name}", { path, body: { renewToken: true } })).authToken));
  const removed = () =>
    attempt(async () => {
      await remove("/channels/{name}", { path });
      navigate("/channels");
    });
  const opened = params.get("route");
  const route = channel.routes.find((each) => each.id === opened) ?? null;
  useKeys("Channel", [
    { keys: "Escape", label: "All channels", run: (event) => leftField(event) || navigate("/channels") },
    ...channel.routes.map((each) => ({ keys: "", label: `Try ${wayOf(each)}`, run: () => change({ try: each.id }) })),
    ...(mayEdit
      ? [
          { keys: "n", label: channel.kind === "mcp" ? "New tool" : "New route", run: () => change({ route: "new" }) },
          { keys: "e", label: "Change the channel", run: () => change({ edit: "1" }) },
          { keys: "", label: channel.enabled ? "Switch the channel off" : "Switch the channel on", run: () => void turn() },
          ...(channel.kind !== "mcp" && channel.authMode !== "public" ? [{ keys: "", label: "Make a new token", run: () => setAsks("token") }] : []),
          { keys: "", label: "Delete the channel", run: () => setAsks("remove") },
        ]
      : []),
  ]);
  return (
    <>
      <div className="channels-head">
        <h1>{channel.name}</h1>
        <span className={`channels-kind channels-${channel.kind}`}>{kindOf(channel.kind)}</span>
        <span className="quiet">{entryOf(channel)}</span>
        <span className="channels-end">
          <OnOff on={channel.enabled} label="The channel is" disabled={!mayEdit} onTurn={() => void turn()} />
        </span>
      </div>
      {mayEdit && (
        <div className="buttons channels-deeds">
          <button type="button" onClick={() => change({ edit: "1" })}>
            Change …
          </button>
          {channel.kind !== "mcp" && channel.authMode !== "public" && (
            <button type="button" onClick={() => setAsks("token")}>
              New token …
            </button>
          )}
          <button type="button" onClick={() => setAsks("remove")}>
            Delete …
          </button>
        </div>
      )}
      {error && <ErrorNotice error={error} />}
      {reach.isError && <ErrorNotice error={reach.error} retry={() => void reach.refetch()} />}
      {reach.data && <Notes channel={channel} reach={reach.data} />}
      {token && (
        <div className="notice good channels-token" role="status">
          <p>
            <strong>The token, shown once.</strong> Keep it where the sender reads it; flow8 never shows it again. The lines below have it until you leave this page.
          </p>
          <code>{token}</code> <Copy text={token}>Copy</Copy>
        </div>
      )}
      {channel.kind === "mcp" && reach.data?.address && <Agents address={reach.data.address} />}
      <section aria-labelledby="routes">
        <div className="channels-head">
          <h2 id="routes">{channel.kind === "mcp" ? "Tools" : "Routes"}</h2>
          {mayEdit && (
            <button type="button" className={channel.routes.length ? undefined : "main"} onClick={() => change({ route: "new" })}>
              {channel.kind === "mcp" ? "New tool" : "New route"}
            </button>
          )}
        </div>
        {channel.routes.length === 0 && (
          <p className="notice">{channel.kind === "mcp" ? "No tools yet. Choose a flow, and agents can call it." : "No routes yet. Choose a flow and get a line that works."}</p>
        )}
        {channel.routes.map((each) => (
          <RouteCard key={each.id} channel={channel} route={each} address={reach.data?.address ?? null} mayEdit={mayEdit} onError={setError} />
        ))}
      </section>
      <Requests channel={channel} />
      {mayEdit && params.has("edit") && (
        <ChannelForm
          channel={channel}
          onClose={() => change({ edit: null })}
          onSaved={() => {
            change({ edit: null });
            void renew();
          }}
        />
      )}
      {mayEdit && opened && (opened === "new" || route) && (
        <RouteForm
          channel={channel}
          route={route}
          onClose={() => change({ route: null })}
          onSaved={() => {
            change({ route: null });
            void renew();
          }}
        />
      )}
      {asks === "remove" && (
        <Ask title={`Delete ${channel.name}?`} deed="Delete" onDeed={removed} onClose={() => setAsks(null)}>
          Its {channel.routes.length === 1 ? "route" : `${channel.routes.length} routes`}, its token and its request log go with it, and its port is free for another
          channel. Plays that it started stay.
        </Ask>
      )}
      {asks === "token" && (
        <Ask title="Make a new token?" deed="Make a new token" onDeed={rotate} onClose={() => setAsks(null)}>
          The token there is stops working at once: whoever sends with it is refused until they have the new one.
        </Ask>
      )}
    </>
  );
}

interface AskProps {
  title: string;
  deed: string;
  onDeed: () => void;
  onClose: () => void;
  children: React.ReactNode;
}

export function Ask({ title, deed, onDeed, onClose, children }: AskProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{children}</p>
      <div className="buttons">
        <button type="button" className="channels-danger" onClick={() => void onDeed()}>
          {deed}
        </button>
        <button type="button" onClick={onClose}>
          Leave it
        </button>
      </div>
    </Dialog>
  );
}

function Agents({ address }: { address: string }) {
  const snippet = mcpSnippet(address);
  const line = "./flow8core key create my-agent --scope mcp";
  return (
    <section aria-labelledby="agents">
      <h2 id="agents">Connect an agent</h2>
      <div className="channels-card">
        <p>
          1. Make a key for it: <code>{line}</code> <Copy text={line}>Copy</Copy>
        </p>
        <p>
          2. Tell its client where flow8 is, for VS Code in <code>.vscode/mcp.json</code>: <Copy text={snippet}>Copy</Copy>
        </p>
        <pre tabIndex={0}>{snippet}</pre>
      </div>
    </section>
  );
}
