// How long plays and the audit are kept: policies, which wins for a flow, and what they would remove, before saving.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, get, post, put } from "../api/client";
import type { Retention as Found, RetentionPreview } from "../api/types";
import { useAct } from "../desk/Ask";
import { ErrorNotice, Moment } from "../parts/parts";
import { duration } from "../parts/times";
import { useKeys } from "../shell/keys";
import { Freed } from "./Freed";
import { NewPolicy, PolicyRow } from "./PolicyRow";
import { draftOf, wishesOf, type Draft } from "./retention";
import { useNames } from "./useNames";
import { Winner } from "./Winner";

const SECOND_MS = 1000;

export function Retention() {
  const found = useQuery({ queryKey: ["retention"], queryFn: ({ signal }) => get("/retention", { signal }) });
  if (found.isError && !found.data) return <ErrorNotice error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <p className="quiet">Loading …</p>;
  return <Policies key={found.data.rev} found={found.data} />;
}

function Policies({ found }: { found: Found }) {
  const client = useQueryClient();
  const names = useNames(true);
  const [drafts, setDrafts] = useState<readonly Draft[]>(found.policies.map(draftOf));
  const [preview, setPreview] = useState<{ of: readonly Draft[]; found: RetentionPreview } | null>(null);
  const [saved, setSaved] = useState(false);
  const { error, busy, run } = useAct(() => undefined);
  const body = { policies: wishesOf(drafts) };
  const defaults = found.defaults.map(draftOf);
  const isSeen = preview?.of === drafts;
  const isSame = JSON.stringify(body.policies) === JSON.stringify(wishesOf(found.policies.map(draftOf)));
  const look = () => void run(async () => setPreview({ of: drafts, found: await post("/retention/preview", { body }) }));
  const save = () =>
    void run(async () => {
      await put("/retention", { ifMatch: found.rev, body });
      setSaved(true);
      await client.invalidateQueries({ queryKey: ["retention"] });
    });
  useKeys("Retention", [{ keys: "", label: "What would go now?", run: look }]);
  const change = (place: number, draft: Draft) => setDrafts(drafts.map((each, n) => (n === place ? draft : each)));
  const isStale = error instanceof ApiError && error.code === "RETENTION_CHANGED";
  return (
    <>
      <p className="quiet desk-said">
        Finished plays go once they are as old as their policy says, with their data, logs and files; never the newest ones of a flow, and never before the enforced
        minimum. The most specific policy wins.
      </p>
      {found.cleanUp.isBehind && (
        <p className="notice late">
          The clean-up is behind: plays that should be gone have waited for {duration(found.cleanUp.overdueSeconds * SECOND_MS)}. It goes on by itself.
        </p>
      )}
      <ul className="desk-rows admin-policies" aria-label="Policies">
        {drafts.map((draft, n) => (
          <PolicyRow
            key={`${draft.scope} ${draft.of}`}
            draft={draft}
            was={found.policies.find((each) => each.scope === draft.scope && (each.flowId ?? each.groupId) === draft.of)}
            place={n}
            error={error}
            onChange={(next) => change(n, next)}
            onRemove={() => setDrafts(drafts.filter((_, each) => each !== n))}
          />
        ))}
        {found.defaults
          .filter((each) => !drafts.some((draft) => draft.scope === each.scope))
          .map((each) => (
            <PolicyRow key={each.scope} draft={draftOf(each)} was={each} place={-1} error={null} onOverrule={() => setDrafts([...drafts, draftOf(each)])} />
          ))}
      </ul>
      <NewPolicy names={names} taken={drafts} onAdd={(draft) => setDrafts([...drafts, draft])} />
      <Winner own={drafts} defaults={defaults} names={names} />
      {error && <ErrorNotice error={error} />}
      {isStale && (
        <button type="button" onClick={() => void client.invalidateQueries({ queryKey: ["retention"] })}>
          Look at theirs; mine are given up
        </button>
      )}
      {saved && isSame && (
        <p className="notice good" role="status">
          Saved. The next clean-up works by these policies.
        </p>
      )}
      <div className="buttons">
        <button type="button" className={isSeen ? "" : "main"} disabled={busy} onClick={look}>
          {busy ? "Counting …" : "What would go now?"}
        </button>
        <button type="button" className={isSeen ? "main" : ""} disabled={busy || !isSeen || isSame} title={isSeen || isSame ? undefined : "Look first what would go"} onClick={save}>
          Save
        </button>
        {!isSame && (
          <button type="button" onClick={() => setDrafts(found.policies.map(draftOf))}>
            Undo the changes
          </button>
        )}
        <span className="quiet">
          {found.changedAt ? (
            <>
              changed <Moment at={found.changedAt} /> by {found.changedBy}
            </>
          ) : (
            "Nobody changed what the settings say."
          )}
        </span>
      </div>
      {preview && <Freed found={preview.found} isOld={!isSeen} names={names} />}
    </>
  );
}
