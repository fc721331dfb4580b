// One route: its full addresses to copy, a line for a terminal, and a form to try it.
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { put, remove } from "../api/client";
import type { Channel, ChannelRoute } from "../api/types";
import { OnOff } from "../parts/Field";
import { Copy } from "../parts/parts";
import { useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";
import { Ask } from "./ChannelPage";
import { curlLine, exampleOf, tcpLine, websocketLine, type Args } from "./lines";
import { useToken } from "./tokens";
import { TryIt } from "./TryIt";
import { FlowName, useInput } from "./useFlows";
import { answerOf, wayOf } from "./words";

interface Props {
  channel: Channel;
  route: ChannelRoute;
  /** Where the channel's own port is. */
  address: string | null;
  mayEdit: boolean;
  onError: (error: Error | null) => void;
}

export function RouteCard({ channel, route, address, mayEdit, onError }: Props) {
  const client = useQueryClient();
  const [params, change] = useUrl();
  const [asks, setAsks] = useState(false);
  const token = useToken(channel.id);
  const input = useInput(route.targetFlowIds[0]);
  const [given, setGiven] = useState<Args | null>(null);
  const args = given ?? ((input ? exampleOf(input) : {}) as Args);
  const isTried = params.get("try") === route.id;
  // A line that lacks what the flow takes would be copied and fail.
  const isAsking = useIsFetching({ queryKey: ["flows"] }) > 0;
  const lines = input === null && isAsking ? [] : linesOf(channel, route, address, args, token);
  const path = { name: channel.id, route_id: route.id };
  const attempt = async (deed: () => Promise<unknown>) => {
    onError(null);
    setAsks(false);
    try {
      await deed();
      await client.invalidateQueries({ queryKey: ["channels"] });
    } catch (refused) {
      onError(refused as Error);
    }
  };
  const turn = () => {
    const { id: _, ...same } = route;
    return attempt(() => put("/channels/{name}/routes/{route_id}", { path, body: { ...kindly(same), enabled: !route.enabled } }));
  };
  return (
    <article className="channels-card" aria-label={wayOf(route)}>
      <div className="channels-line">
        <code className="channels-way">{wayOf(route)}</code>
        <span aria-hidden="true">→</span>
        <span>
          {route.targetFlowIds.map((id, at) => (
            <span key={id}>
              {at > 0 && ", "}
              <FlowName id={id} />
            </span>
          ))}
        </span>
        <span className="quiet">{answerOf(route)}</span>
        <span className="channels-end">
          <OnOff on={route.enabled} label={`${route.name} is`} disabled={!mayEdit} onTurn={() => void turn()} />
        </span>
      </div>
      {route.description && <p className="quiet">{route.description}</p>}
      <dl className="channels-addresses">
        {addressesOf(channel, route, address).map(({ what, url }) => (
          <div key={url}>
            <dt>{what}</dt>
            <dd>
              <code>{url}</code> <Copy text={url}>Copy</Copy>
            </dd>
          </div>
        ))}
      </dl>
      {lines.map(({ what, line }) => (
        <div key={what} className="channels-snippet">
          <div>
            <span className="quiet">{what}</span> <Copy text={line}>Copy</Copy>
          </div>
          <pre tabIndex={0}>{line}</pre>
        </div>
      ))}
      <div className="buttons">
        <button type="button" aria-expanded={isTried} className={isTried ? undefined : "main"} onClick={() => change({ try: isTried ? null : route.id })}>
          {isTried ? "Close" : "Try it"}
        </button>
        {mayEdit && (
          <>
            <button type="button" onClick={() => change({ route: route.id })}>
              Change …
            </button>
            <button type="button" onClick={() => setAsks(true)}>
              Delete …
            </button>
          </>
        )}
      </div>
      {isTried && <TryIt channel={channel} route={route} schema={input} args={args} onChange={setGiven} />}
      {isTried && <CopyKey text={addressesOf(channel, route, address)[0]?.url ?? ""} />}
      {asks && (
        <Ask title={`Delete ${route.name}?`} deed="Delete" onDeed={() => void attempt(() => remove("/channels/{name}/routes/{route_id}", { path }))} onClose={() => setAsks(false)}>
          Whoever uses <code>{wayOf(route)}</code> is refused from then on. Plays that it started stay.
        </Ask>
      )}
    </article>
  );
}

function CopyKey({ text }: { text: string }) {
  useKeys("Route", [{ keys: "y", label: "Copy the address of the route", run: () => void navigator.clipboard?.writeText(text) }]);
  return null;
}

/** A route without the fields that belong to other kinds, as the API takes it. */
function kindly(route: Omit<ChannelRoute, "id">) {
  return Object.fromEntries(Object.entries(route).filter(([, value]) => value !== null)) as Omit<ChannelRoute, "id">;
}

function addressesOf(channel: Channel, route: ChannelRoute, address: string | null): { what: string; url: string }[] {
  const found = [];
  if (channel.url) found.push({ what: "On the front", url: channel.url + (route.path ?? "") });
  if (address && channel.kind !== "mcp") found.push({ what: "On its own port", url: address + (channel.kind === "tcp" ? "" : (route.path ?? "")) });
  return found;
}

function linesOf(channel: Channel, route: ChannelRoute, address: string | null, args: Args, token: string | null) {
  if (channel.kind === "http" && channel.url) {
    if (channel.authMode === "hmac" && channel.sender !== "flow8") return [];
    return [{ what: "In a terminal", line: curlLine(channel, route, channel.url, args, token) }];
  }
  if (!address) return [];
  if (channel.kind === "websocket") return [{ what: "In a terminal, with websocat", line: websocketLine(channel, route, address, args, token) }];
  if (channel.kind === "tcp") return [{ what: "In a terminal, with nc", line: tcpLine(channel, route, address, args, token) }];
  return [];
}
