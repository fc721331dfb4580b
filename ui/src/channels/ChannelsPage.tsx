// The ways in: every channel with where it is, who may come in, and which flows its routes lead to.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { get, put } from "../api/client";
import type { Channel } from "../api/types";
import { may } from "../boot";
import { OnOff } from "../parts/Field";
import { Copy, ErrorNotice } from "../parts/parts";
import { useBoot } from "../shell/context";
import { useKeys } from "../shell/keys";
import { useUrl } from "../shell/url";
import "../style/field.css";
import "../style/channels.css";
import { ChannelForm } from "./ChannelForm";
import { Traffic, useTraffic } from "./Traffic";
import { FlowName } from "./useFlows";
import { entryOf, kindOf, placeOf, wayOf } from "./words";

const PAGE = 100;

export function ChannelsPage() {
  const { me } = useBoot();
  const [params, change] = useUrl();
  const [, navigate] = useLocation();
  const mayEdit = me.rights.includes("edit");
  const found = useQuery({ queryKey: ["channels"], queryFn: ({ signal }) => get("/channels", { query: { size: PAGE }, signal }) });
  const traffic = useTraffic();
  const rows = found.data?.data ?? [];
  const place = rows.findIndex((row) => row.slug === params.get("at"));
  const go = (step: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, place < 0 ? 0 : place + step))];
    if (next) change({ at: next.slug });
  };
  const begin = () => change({ new: "http" });
  useKeys("Channels", [
    { keys: "j", label: "Next channel", run: () => go(1) },
    { keys: "k", label: "Channel before", run: () => go(-1) },
    { keys: "Enter", label: "Open the channel", run: () => rows[place] && navigate(`/channels/${rows[place].slug}`) },
    { keys: "y", label: "Copy the address of the channel", run: () => rows[place]?.url && void navigator.clipboard?.writeText(rows[place].url + (rows[place].routes[0]?.path ?? "")), when: () => Boolean(rows[place]?.url) },
    ...(mayEdit ? [{ keys: "n", label: "New channel", run: begin }] : []),
  ]);
  return (
    <div className="channels">
      <div className="channels-head">
        <h1>Channels</h1>
        {mayEdit && rows.length > 0 && (
          <button type="button" className="main" onClick={begin}>
            New channel
          </button>
        )}
      </div>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      {found.data && rows.length === 0 && <Empty begin={mayEdit ? begin : null} />}
      {rows.length > 0 && (
        <ul className="channels-list">
          {rows.map((channel) => (
            <Row key={channel.id} channel={channel} isHere={channel.slug === params.get("at")} mayEdit={mayEdit}>
              {traffic && channel.kind !== "mcp" && <Traffic of={traffic.get(channel.id)} />}
            </Row>
          ))}
        </ul>
      )}
      {mayEdit && params.has("new") && (
        <ChannelForm kind={params.get("new") ?? "http"} onClose={() => change({ new: null })} onSaved={(made) => navigate(`/channels/${made.slug}`)} />
      )}
      {!may(me, "view") && <p className="notice">You may not see the channels of this company.</p>}
    </div>
  );
}

function Empty({ begin }: { begin: (() => void) | null }) {
  return (
    <div className="notice">
      <p>
        <strong>No channels yet.</strong> A channel lets others start your flows: a webhook, a device, an AI agent. Choose a flow, get an address and a curl line
        that works.
      </p>
      {begin ? (
        <div className="buttons">
          <button type="button" className="main" onClick={begin}>
            New channel
          </button>
        </div>
      ) : (
        <p>Ask an editor of this company to make one.</p>
      )}
    </div>
  );
}

function Row({ channel, isHere, mayEdit, children }: { channel: Channel; isHere: boolean; mayEdit: boolean; children: ReactNode }) {
  const client = useQueryClient();
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const turn = async () => {
    setBusy(true);
    setError(null);
    try {
      await put("/channels/{name}", { path: { name: channel.id }, body: { enabled: !channel.enabled } });
      await client.invalidateQueries({ queryKey: ["channels"] });
    } catch (refused) {
      setError(refused as Error);
    }
    setBusy(false);
  };
  return (
    <li className={isHere ? "channels-here" : undefined} aria-current={isHere ? "true" : undefined}>
      <div className="channels-line">
        <Link className="channels-name" href={`/channels/${channel.slug}`}>
          {channel.name}
        </Link>
        <span className={`channels-kind channels-${channel.kind}`}>{kindOf(channel.kind)}</span>
        {channel.kind !== "mcp" && <code>{placeOf(channel)}</code>}
        <span className={channel.authMode === "public" ? "state late" : "quiet"}>{channel.authMode === "public" ? "⚠ public" : entryOf(channel)}</span>
        <span className="channels-end">
          <OnOff on={channel.enabled} label={`${channel.name} is`} disabled={!mayEdit || busy} onTurn={() => void turn()} />
        </span>
      </div>
      {channel.enabled && channel.portProblem && <p className="channels-trouble">Its port is not served: {channel.portProblem}</p>}
      {error && <ErrorNotice error={error} />}
      {children}
      {channel.routes.length === 0 ? (
        <p className="quiet channels-none">
          No routes: it leads nowhere yet. <Link href={`/channels/${channel.slug}?route=new`}>Add one</Link>
        </p>
      ) : (
        <ul className="channels-ways">
          {channel.routes.map((route) => (
            <li key={route.id} className={route.enabled ? undefined : "channels-off"}>
              <code>{wayOf(route)}</code>
              <span aria-hidden="true" className="quiet">
                →
              </span>
              <span>
                {route.targetFlowIds.map((id, at) => (
                  <span key={id}>
                    {at > 0 && ", "}
                    <FlowName id={id} />
                  </span>
                ))}
              </span>
              {!route.enabled && <span className="quiet">off</span>}
              <span className="channels-end channels-quick">
                {channel.kind !== "mcp" && <Link href={`/channels/${channel.slug}?try=${route.id}`}>Try it</Link>}
                {channel.url && <Copy text={channel.url + (route.path ?? "")}>Copy address</Copy>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
