// The tools that agents are offered: which flow each plays, what it may do to the world, and whose key reaches it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { get } from "../api/client";
import type { Key, Tool } from "../api/types";
import { ErrorNotice, useNow } from "../parts/parts";
import { isAlive } from "./risks";

export function Tools() {
  const now = useNow();
  const found = useQuery({ queryKey: ["tools"], queryFn: ({ signal }) => get("/tools", { signal }) });
  const keys = useQuery({ queryKey: ["keys", "names"], queryFn: ({ signal }) => get("/auth/api-keys", { query: { size: 100 }, signal }) });
  const agents = (keys.data?.data ?? []).filter((key) => key.scopes.includes("mcp") && isAlive(key, now));
  return (
    <>
      <p className="quiet desk-said">
        A route of an enabled <code>mcp</code> channel makes its flow a tool, as long as the flow is published and enabled. A key with the scope <code>mcp</code> sees all of them, or
        those that it was limited to.
      </p>
      {[found, keys].map((each) => each.isError && <ErrorNotice key={each.error.message} error={each.error} retry={() => void each.refetch()} />)}
      {found.isPending && <p className="quiet">Loading …</p>}
      {found.data?.data.length === 0 && (
        <p className="notice">
          <strong>Agents see no tools yet.</strong> Give a channel of the kind <code>mcp</code> a route to a published flow.
        </p>
      )}
      {found.data && found.data.data.length > 0 && (
        <ul className="desk-rows">
          {found.data.data.map((tool) => (
            <Row key={tool.name} tool={tool} keys={keys.data && agents} />
          ))}
        </ul>
      )}
      {(keys.data?.pages ?? 1) > 1 && <p className="quiet desk-said">Only the newest hundred keys are looked at here.</p>}
    </>
  );
}

function Row({ tool, keys }: { tool: Tool; keys: readonly Key[] | undefined }) {
  const seen = keys?.filter((key) => key.tools === null || key.tools.includes(tool.name));
  return (
    <li>
      <div className="desk-what">
        <code className="desk-key">{tool.name}</code>
        <span className="desk-chip">{tool.readsOnly ? "only reads" : "may change something"}</span>
        <span className="desk-chip">{tool.staysInside ? "stays inside" : "speaks to the outside"}</span>
        <span className="quiet">{tool.description}</span>
      </div>
      <div className="desk-facts">
        <span>
          plays <Link href={`/plays?flow=${encodeURIComponent(tool.flow)}`}>{tool.flow}</Link>,{" "}
          {tool.responseMode === "async" ? "and answers at once with the play" : "and waits for its result"}
        </span>
        <span className={seen?.length === 0 ? "admin-late" : "quiet"}>
          {!seen ? "keys …" : seen.length === 0 ? "no key reaches it" : `seen by ${seen.map((key) => key.name).join(", ")}`}
        </span>
      </div>
    </li>
  );
}
