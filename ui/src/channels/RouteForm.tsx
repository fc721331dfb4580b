// One route: how one gets to it, which flow it plays, and what the caller is answered.
import { useId, useState, type FormEvent } from "react";
import { post, put } from "../api/client";
import type { Channel, ChannelRoute } from "../api/types";
import { elsewhere, Field, problemsAt } from "../parts/Field";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "../shell/Dialog";
import { FlowOptions, useFlows } from "./useFlows";

interface Props {
  channel: Channel;
  route: ChannelRoute | null;
  onClose: () => void;
  onSaved: () => void;
}

const METHODS = ["POST", "GET", "PUT", "PATCH", "DELETE"];
const PATHS = ["name", "httpMethod", "path", "toolName", "description", "targetFlowIds", "responseMode", "timeoutSeconds"];

export function RouteForm({ channel, route, onClose, onSaved }: Props) {
  const flows = useFlows();
  const list = useId();
  const [flow, setFlow] = useState((route?.targetFlowIds ?? []).map((id) => flows.find((each) => each.id === id)?.permanentId ?? id).join(", "));
  const [name, setName] = useState(route?.name ?? "");
  const [method, setMethod] = useState(route?.httpMethod ?? "POST");
  const [path, setPath] = useState(route?.path ?? "");
  const [tool, setTool] = useState(route?.toolName ?? "");
  const [told, setTold] = useState(route?.description ?? "");
  const [mode, setMode] = useState(route?.responseMode ?? "sync");
  const [seconds, setSeconds] = useState(String(route?.timeoutSeconds ?? 30));
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const isHttp = channel.kind === "http";
  const isTool = channel.kind === "mcp";
  const hasPath = isHttp || channel.kind === "websocket";
  const first = flow.split(",")[0]!.trim();
  const chosen = flows.find((each) => each.id === first || each.permanentId === first);
  const slug = (chosen?.permanentId ?? first).replace(/[^a-zA-Z0-9_-]/g, "-");

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const body = {
      name: name.trim() || chosen?.name || slug || "Route",
      targetFlowIds: flow.split(",").map((each) => each.trim()).filter(Boolean),
      ...(isHttp ? { httpMethod: method } : {}),
      ...(hasPath ? { path: path.trim() || `/${slug}` } : {}),
      ...(isTool ? { toolName: tool.trim() || slug.replaceAll("-", "_"), description: told || null } : {}),
      responseMode: mode,
      timeoutSeconds: Number(seconds) || 0,
      enabled: route?.enabled ?? true,
    };
    try {
      if (route) await put("/channels/{name}/routes/{route_id}", { path: { name: channel.id, route_id: route.id }, body });
      else await post("/channels/{name}/routes", { path: { name: channel.id }, body });
      onSaved();
    } catch (refused) {
      setError(refused as Error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={route ? `Change ${route.name}` : isTool ? "New tool" : "New route"} onClose={onClose}>
      <form onSubmit={(event) => void save(event)}>
        {elsewhere(error, PATHS) && <ErrorNotice error={elsewhere(error, PATHS)!} />}
        <Field label="Flow" hint="Its published version is played. Several, with commas, only where nobody waits for an answer." problems={problemsAt(error, "targetFlowIds")}>
          {(tied) => <input {...tied} autoFocus list={list} autoComplete="off" value={flow} onChange={(event) => setFlow(event.target.value)} />}
        </Field>
        <FlowOptions id={list} />
        {isTool && (
          <>
            <Field label="Name of the tool" hint="Letters, digits, _ and -; agents call it so." problems={problemsAt(error, "toolName")}>
              {(tied) => <input {...tied} value={tool} placeholder={slug.replaceAll("-", "_")} onChange={(event) => setTool(event.target.value)} />}
            </Field>
            <Field label="What it does, for the agent" problems={problemsAt(error, "description")}>
              {(tied) => <textarea {...tied} className="channels-short" value={told} onChange={(event) => setTold(event.target.value)} />}
            </Field>
          </>
        )}
        {hasPath && (
          <div className="field-pair">
            {isHttp && (
              <Field label="Method" problems={problemsAt(error, "httpMethod")}>
                {(tied) => (
                  <select {...tied} value={method} onChange={(event) => setMethod(event.target.value)}>
                    {METHODS.map((each) => (
                      <option key={each}>{each}</option>
                    ))}
                  </select>
                )}
              </Field>
            )}
            <Field label="Path" hint={isHttp ? "/orders/{id} hands id on to the flow." : undefined} problems={problemsAt(error, "path")}>
              {(tied) => <input {...tied} value={path} placeholder={`/${slug || "orders"}`} onChange={(event) => setPath(event.target.value)} />}
            </Field>
          </div>
        )}
        <Field label="Name of the route" hint={channel.kind === "tcp" ? "Clients name it in their first line." : undefined} problems={problemsAt(error, "name")}>
          {(tied) => <input {...tied} value={name} placeholder={chosen?.name ?? slug} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <div className="field-pair">
          <Field label="The caller gets" problems={problemsAt(error, "responseMode")}>
            {(tied) => (
              <select {...tied} value={mode} onChange={(event) => setMode(event.target.value)}>
                <option value="sync">what the flow answers</option>
                <option value="async">only that it was taken (202)</option>
              </select>
            )}
          </Field>
          {mode === "sync" && (
            <Field label="Waits, in seconds" hint="Then 202, and the play goes on." problems={problemsAt(error, "timeoutSeconds")}>
              {(tied) => <input {...tied} inputMode="decimal" value={seconds} onChange={(event) => setSeconds(event.target.value)} />}
            </Field>
          )}
        </div>
        <div className="buttons">
          <button type="submit" className="main" disabled={busy}>
            Save
          </button>
          <button type="button" onClick={onClose}>
            Leave it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
