// Components by kind: what flows speak through. Whether one works, who uses it, and what would break without it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { get, post, remove } from "../api/client";
import type { Component, Provider, Tested } from "../api/types";
import { Ask } from "../desk/Ask";
import { useHolds } from "../desk/NoRight";
import { Pages } from "../desk/Pages";
import { useDesk } from "../desk/useDesk";
import { ErrorNotice } from "../parts/parts";
import { useUrl } from "../shell/url";
import { ComponentForm } from "./ComponentForm";
import { ComponentRow, type Trial } from "./ComponentRow";
import { Rotate } from "./Rotate";
import { breaks } from "./Uses";

const PAGE = 100;
const KINDS: Record<string, string> = {
  request: "How flows call addresses outside: limits, proxy, certificates.",
  mail: "Sends mail: for flows, approvals and failures.",
  storage: "Where flows read and write files.",
  kv: "Where flows keep values between plays.",
  console: "Where flows write lines for people.",
};

/** Kinds that work without any: the installation has one that needs no configuration. */
const BUILT_IN: Record<string, true> = { request: true, storage: true, kv: true, console: true };

export function Components() {
  const client = useQueryClient();
  const mayChange = useHolds("administer");
  const [params, change] = useUrl();
  const page = Number(params.get("page") ?? 1) || 1;
  const [trials, setTrials] = useState<Record<string, Trial>>({});
  const found = useQuery({
    queryKey: ["components", page],
    queryFn: ({ signal }) => get("/components", { query: { page, size: PAGE }, signal }),
  });
  const providers = useQuery({ queryKey: ["providers"], queryFn: ({ signal }) => get("/components/providers", { signal }), staleTime: Infinity });
  const uses = useQuery({ queryKey: ["component-uses"], queryFn: ({ signal }) => get("/components/uses", { signal }) });
  const kinds = kindsOf(found.data?.data ?? [], providers.data?.data ?? []);
  const rows = kinds.flatMap((kind) => kind.components);
  const test = async (id: string) => {
    const say = (trial: Trial) => setTrials((before) => ({ ...before, [id]: trial }));
    say({ state: "busy" });
    try {
      const told: Tested = await post("/components/{component}/test", { path: { component: id }, body: {} });
      say({ state: told.ok ? "ok" : "failed", message: told.message, seconds: told.seconds, at: new Date().toISOString() });
    } catch (refused) {
      say({ state: "failed", message: (refused as Error).message, at: new Date().toISOString() });
    }
  };
  const desk = useDesk<Component>("Components", rows, ({ here, begin }) =>
    mayChange
      ? [
          { keys: "n", label: "New component", run: () => begin("new") },
          { keys: "Shift T", label: "Test the component", run: () => here && void test(here.id) },
          { keys: "Enter", label: "Change the component", run: () => here && begin("edit") },
          { keys: "Shift R", label: "Rotate its secrets", run: () => here && begin("rotate") },
          { keys: "Delete", label: "Remove the component", run: () => here && begin("remove") },
        ]
      : [],
  );
  const flowsOf = (id: string) => uses.data?.data.find((each) => each.id === id)?.flows ?? (uses.data ? [] : undefined);
  const done = () => {
    desk.end();
    void client.invalidateQueries({ queryKey: ["components"] });
    void client.invalidateQueries({ queryKey: ["component-uses"] });
  };
  const { here } = desk;
  const provider = here && providers.data?.data.find((each) => each.kind === here.kind && each.provider === here.provider);
  const failed = [found, providers, uses].filter((each) => each.isError);
  return (
    <>
      <div className="desk-head">
        <p className="quiet">
          Flows speak to the outside through components. {mayChange ? "" : "An administrator of the company makes and changes them; you may look."}
        </p>
        {mayChange && (
          <button type="button" className="main" onClick={() => desk.begin("new")}>
            New component
          </button>
        )}
      </div>
      {failed.map((each) => (
        <ErrorNotice key={each.error!.message} error={each.error!} retry={() => void each.refetch()} />
      ))}
      {(found.isPending || providers.isPending) && !failed.length && <p className="quiet">Loading …</p>}
      {found.data &&
        kinds.map((kind) => (
          <section key={kind.kind} className="desk-kind" aria-label={`Components of the kind ${kind.kind}`}>
            <h2>
              {kind.kind} <small className="quiet">{KINDS[kind.kind]}</small>
            </h2>
            {kind.components.length > 0 ? (
              <ul className="desk-rows">
                {kind.components.map((each) => (
                  <ComponentRow
                    key={each.id}
                    component={each}
                    isHere={each.id === here?.id}
                    flows={flowsOf(each.id)}
                    trial={trials[each.id]}
                    mayChange={mayChange}
                    onTest={() => void test(each.id)}
                    begin={desk.begin}
                  />
                ))}
              </ul>
            ) : (
              <p className="desk-none quiet">
                <span>None yet. {kind.kind in BUILT_IN && "Flows use what is built in, unless you make one."}</span>
                {mayChange &&
                  kind.providers.map((each) => (
                    <button key={each.provider} type="button" onClick={() => change({ do: "new", kind: each.kind, provider: each.provider })}>
                      Add {each.title}
                    </button>
                  ))}
              </p>
            )}
          </section>
        ))}
      <Pages found={found.data} />
      {desk.doing === "new" && mayChange && providers.data && <ComponentForm providers={first(providers.data.data, params.get("kind"), params.get("provider"))} onDone={done} onClose={desk.end} />}
      {desk.doing === "edit" && mayChange && here && provider && (
        <ComponentForm key={here.id + here.rev} component={here} providers={[provider]} onDone={done} onClose={desk.end} />
      )}
      {desk.doing === "rotate" && mayChange && here && provider && <Rotate component={here} provider={provider} onDone={done} onClose={desk.end} />}
      {desk.doing === "remove" && mayChange && here && (
        <Ask
          title={`Remove the component ${here.name}?`}
          yes="Remove"
          act={() => remove("/components/{component}", { path: { component: here.id }, ifMatch: here.rev })}
          onDone={done}
          onClose={desk.end}
          barred={breaks(here.name, flowsOf(here.id))}
        >
          <p>Its configuration and its secrets are gone with it.</p>
          {here.isDefault && <p>It is the default of its kind: flowlets that name none have none from then on.</p>}
        </Ask>
      )}
    </>
  );
}

/** The providers, the wanted one first. */
function first(providers: readonly Provider[], kind: string | null, provider: string | null): readonly Provider[] {
  const isWanted = (each: Provider) => each.kind === kind && each.provider === provider;
  return [...providers.filter(isWanted), ...providers.filter((each) => !isWanted(each))];
}

interface Kind {
  kind: string;
  components: readonly Component[];
  providers: readonly Provider[];
}

function kindsOf(components: readonly Component[], providers: readonly Provider[]): Kind[] {
  const kinds = [...new Set([...providers, ...components].map((each) => each.kind))].sort();
  return kinds.map((kind) => ({
    kind,
    components: components.filter((each) => each.kind === kind),
    providers: providers.filter((each) => each.kind === kind),
  }));
}
