// One flow: what it does, a form to run it, how its last plays went, what leads to it, and its settings.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { address, get } from "../api/client";
import { may } from "../boot";
import { ErrorNotice } from "../parts/parts";
import { useBoot } from "../shell/context";
import { leftField, useKeys } from "../shell/keys";
import "../style/flow.css";
import "../style/versions.css";
import "../style/flows.css";
import { Access } from "./Access";
import { FlowSettings } from "./FlowSettings";
import { LastPlays } from "./LastPlays";
import { Published } from "./Row";
import { focusForm, RunForm } from "./RunForm";
import { Switch } from "./Switch";
import { Uses } from "./Uses";
import { What } from "./What";
import { duplicate } from "./duplicate";
import { useDefinition } from "./useFlow";

export function FlowPage({ name }: { name: string }) {
  const [, navigate] = useLocation();
  const { me } = useBoot();
  const [error, setError] = useState<Error | null>(null);
  const found = useQuery({ queryKey: ["flows", "one", name], queryFn: ({ signal }) => get("/flows/{name}", { path: { name }, signal }) });
  const flow = found.data;
  const definition = useDefinition(flow);
  const place = `/flows/${encodeURIComponent(name)}`;
  const mayEdit = may(me, "edit");
  const copy = async () => {
    setError(null);
    try {
      if (flow) navigate(`/flows/${await duplicate(flow)}/edit`);
    } catch (refused) {
      setError(refused as Error);
    }
  };
  useKeys("Flow", [
    { keys: "r", label: "Run it", run: focusForm },
    { keys: "e", label: "Edit it", run: () => navigate(`${place}/edit`) },
    { keys: "v", label: "Its versions", run: () => navigate(`${place}/versions`) },
    { keys: "d", label: "Duplicate it", run: () => mayEdit && void copy() },
    { keys: "Escape", label: "Back to the list", run: (event) => leftField(event) || navigate("/flows") },
  ]);
  if (found.isError) return <ErrorNotice error={found.error} retry={() => void found.refetch()} />;
  if (!flow) return <p className="quiet">Loading …</p>;
  return (
    <div className="flows-one">
      <header>
        <ol className="crumbs">
          <li>
            <Link href="/flows">Flows</Link>
          </li>
          <li aria-current="page">{flow.name}</li>
        </ol>
        <div className="flows-title">
          <h1>{flow.name}</h1>
          <code className="quiet">{flow.permanentId}</code>
          <Published flow={flow} />
          {!flow.enabled && <span className="state bad">switched off</span>}
          <span className="flows-turn">
            <Switch flow={flow} disabled={!mayEdit} onError={setError} /> <span aria-hidden="true">{flow.enabled ? "On" : "Off"}</span>
          </span>
        </div>
        {typeof flow.draft.description === "string" && <p className="flows-about">{flow.draft.description}</p>}
        <div className="buttons">
          {mayEdit && (
            <Link className="button main" href={`${place}/edit`}>
              Edit
            </Link>
          )}
          <Link className="button" href={`${place}/versions`}>
            Versions
          </Link>
          <Link className="button" href={`/plays?flow=${encodeURIComponent(flow.permanentId)}`}>
            All plays
          </Link>
          <a className="button" href={address("/flows/{name}/export", { path: { name: flow.permanentId } })} download>
            Export
          </a>
          {mayEdit && (
            <button type="button" onClick={() => void copy()}>
              Duplicate
            </button>
          )}
        </div>
        {error && <ErrorNotice error={error} />}
      </header>
      <div className="flows-columns">
        <div className="flows-column">
          <What flow={flow} definition={definition} />
          <LastPlays flow={flow} />
          <Access flow={flow} />
        </div>
        <div className="flows-column">
          {may(me, "run") && <RunForm flow={flow} definition={definition.data} />}
          <Uses flow={flow} />
          {mayEdit && <FlowSettings flow={flow} />}
        </div>
      </div>
    </div>
  );
}
