// API keys: what each may do, when it was last used, what is risky about it. Its text is shown once.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { get, remove } from "../api/client";
import type { Key } from "../api/types";
import { Ask } from "../desk/Ask";
import { Pages } from "../desk/Pages";
import { useDesk } from "../desk/useDesk";
import { ErrorNotice, Moment, useNow } from "../parts/parts";
import { exact } from "../parts/times";
import { useUrl } from "../shell/url";
import { KeyForm } from "./KeyForm";
import { Once } from "./Once";
import { isAlive, risksOf } from "./risks";

const PAGE = 50;

export function Keys() {
  const client = useQueryClient();
  const now = useNow();
  const [params] = useUrl();
  const page = Number(params.get("page") ?? 1) || 1;
  const [once, setOnce] = useState<{ name: string; text: string } | null>(null);
  const found = useQuery({
    queryKey: ["keys", page],
    queryFn: ({ signal }) => get("/auth/api-keys", { query: { page, size: PAGE }, signal }),
  });
  const rows = found.data?.data ?? [];
  const desk = useDesk<Key>("Keys", rows, ({ here, begin }) => [
    { keys: "n", label: "New key", run: () => begin("new") },
    { keys: "Delete", label: "Revoke the key", run: () => here && isAlive(here, now) && begin("revoke") },
  ]);
  const done = () => {
    desk.end();
    void client.invalidateQueries({ queryKey: ["keys"] });
  };
  const { here } = desk;
  const endless = rows.filter((key) => risksOf(key, now).includes("no expiry")).length;
  return (
    <>
      <div className="desk-head">
        <p className="quiet">
          Programs and agents come with a key. {endless > 0 && `${endless} on this page ${endless === 1 ? "never ends" : "never end"}: whoever gets hold of one keeps it.`}
        </p>
        <button type="button" className="main" onClick={() => desk.begin("new")}>
          New key
        </button>
      </div>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      {found.data?.total === 0 && (
        <p className="notice">
          <strong>No keys yet.</strong> A program sends one as <code>Authorization: Bearer f8_…</code>; an agent signs in to the MCP server with one.
        </p>
      )}
      {rows.length > 0 && (
        <ul className="desk-rows">
          {rows.map((key) => (
            <Row key={key.id} apiKey={key} now={now} isHere={key.id === here?.id} onRevoke={() => desk.begin("revoke", key.id)} />
          ))}
        </ul>
      )}
      <Pages found={found.data} />
      {desk.doing === "new" && (
        <KeyForm
          onDone={(name, text) => {
            done();
            setOnce({ name, text });
          }}
          onClose={desk.end}
        />
      )}
      {desk.doing === "revoke" && here && isAlive(here, now) && (
        <Ask
          title={`Revoke ${here.name}?`}
          yes="Revoke"
          act={() => remove("/auth/api-keys/{key_id}", { path: { key_id: here.id } })}
          onDone={done}
          onClose={desk.end}
        >
          <p>
            It ends at once and for good. {here.lastUsedAt ? <>It was last used <Moment at={here.lastUsedAt} />.</> : "It was never used."}
          </p>
        </Ask>
      )}
      {once && <Once title={`The key ${once.name}`} hint="Put it where the program keeps its secrets." text={once.text} onClose={() => setOnce(null)} />}
    </>
  );
}

function Row({ apiKey, now, isHere, onRevoke }: { apiKey: Key; now: number; isHere: boolean; onRevoke: () => void }) {
  const alive = isAlive(apiKey, now);
  return (
    <li className={[isHere && "desk-here", !alive && "desk-ended"].filter(Boolean).join(" ") || undefined} aria-current={isHere || undefined}>
      <div className="desk-what">
        <strong>{apiKey.name}</strong>
        {apiKey.scopes.map((scope) => (
          <span key={scope} className="desk-chip">
            {scope}
          </span>
        ))}
        {risksOf(apiKey, now).map((risk) => (
          <span key={risk} className="desk-chip desk-chip-late">
            <span aria-hidden="true">! </span>
            {risk}
          </span>
        ))}
        <span className="quiet">
          as {apiKey.role} · <code>f8_{apiKey.id.slice(0, 8)}…</code>
        </span>
      </div>
      <div className="desk-facts">
        <span>
          {apiKey.lastUsedAt ? (
            <>
              last used <Moment at={apiKey.lastUsedAt} />
            </>
          ) : (
            "never used"
          )}
          {" · "}
          {ending(apiKey, alive)}
        </span>
        {apiKey.scopes.includes("mcp") && <span>{apiKey.tools ? `tools: ${apiKey.tools.join(", ")}` : "all tools"}</span>}
        <span className="quiet">
          made <Moment at={apiKey.createdAt} /> by {apiKey.createdBy}
        </span>
      </div>
      <div className="desk-acts">
        {alive && (
          <button type="button" onClick={onRevoke}>
            Revoke
          </button>
        )}
      </div>
    </li>
  );
}

function ending(key: Key, alive: boolean): string {
  if (key.revokedAt) return `revoked ${exact(key.revokedAt)}`;
  if (!key.expiresAt) return "never ends by itself";
  return `${alive ? "ends" : "ended"} ${exact(key.expiresAt)}`;
}
