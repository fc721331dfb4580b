// Kept values: of the whole company, of a group, or all that one flow reads, with where each comes from.
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { remove } from "../api/client";
import type { Entry } from "../api/types";
import { Ask } from "../desk/Ask";
import { useHolds } from "../desk/NoRight";
import { Pages } from "../desk/Pages";
import { useDesk } from "../desk/useDesk";
import { ErrorNotice } from "../parts/parts";
import { useUrl } from "../shell/url";
import { KvForm } from "./KvForm";
import { KvRow } from "./KvRow";
import { WORDS, type Scope } from "./kv";
import { useKv } from "./useKv";

export function Kv() {
  const client = useQueryClient();
  const mayEdit = useHolds("edit");
  const [params, change] = useUrl();
  const scope = (params.get("scope") ?? "global") as Scope;
  const of = params.get(scope === "flow" ? "flow" : "group") ?? "";
  const text = params.get("text") ?? "";
  const search = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(text);
  const kv = useKv(scope, of, text, Number(params.get("page") ?? 1) || 1);
  const rows = kv.rows.flatMap((row) => [...(row.winner ? [row.winner] : []), ...row.hidden]);
  const desk = useDesk<Entry>("KV", rows, ({ here, begin }) => [
    { keys: "/", label: "Search a key", run: () => search.current?.focus() },
    ...(mayEdit
      ? [
          { keys: "n", label: "New entry", run: () => begin("new") },
          { keys: "Enter", label: "Give another value", run: () => here && begin("edit") },
          { keys: "Delete", label: "Remove the entry", run: () => here && begin("remove") },
        ]
      : []),
  ]);
  const done = () => {
    desk.end();
    void client.invalidateQueries({ queryKey: ["kv"] });
  };
  const { here } = desk;
  const isChosen = scope === "global" || Boolean(of);
  return (
    <>
      <div className="desk-head">
        <div className="filters" role="search" aria-label="KV">
          <label>
            <span className="unseen">Scope</span>
            <select value={scope} onChange={(event) => change({ scope: event.target.value, at: null, page: null }, { push: true })}>
              {(["global", "flow_group", "flow"] as const).map((each) => (
                <option key={each} value={each}>
                  {WORDS[each]}
                </option>
              ))}
            </select>
          </label>
          {scope !== "global" && (
            <label>
              <span className="unseen">{scope === "flow" ? "Flow" : "Group"}</span>
              <select
                value={of}
                onChange={(event) => change({ [scope === "flow" ? "flow" : "group"]: event.target.value, at: null, page: null }, { push: true })}
              >
                <option value="">choose {WORDS[scope]} …</option>
                {kv.choices.map((each) => (
                  <option key={each.id} value={each.value}>
                    {each.name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <input
            ref={search}
            type="search"
            aria-label="Key"
            placeholder="Find a key …"
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              change({ text: event.target.value.trim(), at: null, page: null });
            }}
          />
        </div>
        {mayEdit && isChosen && (
          <button type="button" className="main" onClick={() => desk.begin("new")}>
            New entry
          </button>
        )}
      </div>
      {kv.error && <ErrorNotice error={kv.error} retry={kv.retry} />}
      {!isChosen && <p className="notice">Choose {WORDS[scope]} to see what it keeps{scope === "flow" && ", and what it inherits"}.</p>}
      {isChosen && kv.isPending && !kv.error && <p className="quiet">Loading …</p>}
      {kv.said && <p className="quiet desk-said">{kv.said}</p>}
      {isChosen && kv.isReady && rows.length === 0 && <Nothing text={text} mayEdit={mayEdit} />}
      {rows.length > 0 && (
        <ul className="desk-rows">
          {kv.rows.map((row) => (
            <KvRow key={row.key} row={row} scope={scope} hereId={here?.id} names={kv.names} mayEdit={mayEdit} begin={desk.begin} />
          ))}
        </ul>
      )}
      <Pages found={kv.paged} />
      {desk.doing === "new" && mayEdit && isChosen && (
        <KvForm place={{ scope, of }} placeName={kv.placeName} taken={rows} onDone={done} onClose={desk.end} />
      )}
      {desk.doing === "edit" && mayEdit && here && (
        <KvForm key={here.id + here.rev} entry={here} place={{ scope, of }} placeName={kv.placeName} taken={[]} onDone={done} onClose={desk.end} />
      )}
      {desk.doing === "remove" && mayEdit && here && (
        <Ask
          title={`Remove ${here.key}?`}
          yes="Remove"
          act={() => remove("/kv/{entry_id}", { path: { entry_id: here.id }, ifMatch: here.rev })}
          onDone={done}
          onClose={desk.end}
        >
          <p>
            Flows that read <code>$kv.{here.key}</code> get the entry of a wider scope from then on, or nothing. Nobody can bring the value back.
          </p>
        </Ask>
      )}
    </>
  );
}

function Nothing({ text, mayEdit }: { text: string; mayEdit: boolean }) {
  if (text) return <p className="notice">No key here has “{text}” in it.</p>;
  return (
    <p className="notice">
      <strong>Nothing is kept here yet.</strong> A value kept here is what flows read as <code>$kv.key</code>: a token, a cursor, a setting.{" "}
      {mayEdit ? "Make the first one with “New entry”." : "An editor makes the first one."}
    </p>
  );
}
