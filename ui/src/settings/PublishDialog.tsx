// Publish the draft: a note, what changes, what is wrong, and whom it reaches.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, exchange, get } from "../api/client";
import type { components } from "../../generated/api";
import type { FlowText } from "../editor/model/types";
import type { Problem } from "../forms/types";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "../shell/Dialog";
import { useUrl } from "../shell/url";
import "../style/settings-around.css";
import { WhatChanges } from "./WhatChanges";
import { WhomItReaches } from "./WhomItReaches";

const UNREAD: readonly Problem[] = [{ path: "", message: "the text in Code cannot be read: mend it, or drop it" }];

export interface PublishProps {
  flow: string;
  etag: string | null;
  /** The Code view holds a text that cannot be read, which is no part of the draft. */
  isUnread: boolean;
  onClose: () => void;
  onPublished: (version: number) => void;
}

export function PublishDialog({ flow, etag, isUnread, onClose, onPublished }: PublishProps) {
  const [note, setNote] = useState("");
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [, setUrl] = useUrl();
  const now = useQuery({ queryKey: ["flow", flow, "publish", etag], queryFn: ({ signal }) => get("/flows/{name}", { path: { name: flow }, signal }), staleTime: 0 });
  const refused = error instanceof ApiError && error.status === 422 ? error.details : [];
  const problems: readonly Problem[] = isUnread ? UNREAD : refused.length ? refused : (now.data?.problems ?? []);
  const next = (now.data?.published ?? 0) + 1;
  const publish = async () => {
    setIsBusy(true);
    setError(null);
    try {
      onPublished(await published(flow, etag, note.trim()));
    } catch (told) {
      setError(told as Error);
      setIsBusy(false);
    }
  };
  const jump = (ref: string | null) => {
    onClose();
    if (ref) setUrl({ at: ref, open: "settings" });
  };
  return (
    <Dialog title={now.data ? `Publish version ${next}` : "Publish"} onClose={onClose} className="settings-publish">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy && !problems.length) void publish();
        }}
      >
        <label className="settings-note">
          What changed, in one line
          <input autoFocus value={note} maxLength={500} placeholder="Such as: try the card three times" onChange={(event) => setNote(event.target.value)} />
        </label>
        {now.error && <ErrorNotice error={now.error} retry={() => void now.refetch()} />}
        {problems.length > 0 && <Wrong problems={problems} text={now.data?.draft as FlowText | undefined} onJump={jump} />}
        {error && !refused.length && <Refused error={error} />}
        {now.data && <WhatChanges flow={flow} etag={etag} isFirst={now.data.published === null} />}
        {now.data && <WhomItReaches flow={now.data} isFirst={now.data.published === null} />}
        <div className="buttons">
          <button type="submit" className="main" disabled={isBusy || !now.data || problems.length > 0}>
            {isBusy ? "Publishing …" : `Publish version ${next}`}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}

async function published(flow: string, etag: string | null, note: string): Promise<number> {
  const headers: Record<string, string> = etag === null ? {} : { "If-Match": etag };
  const { data } = await exchange<components["schemas"]["FlowRow"]>("POST", "/flows/{name}/publish", { path: { name: flow }, body: { note: note || null }, headers });
  return data.published!;
}

/** A stale draft is told apart from everything else: nothing was published, and nothing is lost. */
function Refused({ error }: { error: Error }) {
  if (!(error instanceof ApiError) || error.status !== 409) return <ErrorNotice error={error} />;
  return (
    <div className="notice late" role="alert">
      <p>Somebody saved another draft meanwhile, so nothing was published. Close this dialog: the editor shows both drafts, and yours is not lost.</p>
      <p className="quiet">{error.message}</p>
    </div>
  );
}

function Wrong({ problems, text, onJump }: { problems: readonly Problem[]; text: FlowText | undefined; onJump: (ref: string | null) => void }) {
  return (
    <div className="notice bad" role="alert">
      <p>{problems.length === 1 ? "1 problem keeps" : `${problems.length} problems keep`} this draft from being published:</p>
      <ul className="settings-wrong">
        {problems.slice(0, 50).map((each) => {
          const match = /^flowlets\[(\d+)\]\.?(.*)$/s.exec(each.path);
          const ref = match ? (text?.flowlets[Number(match[1])]?.ref ?? null) : null;
          return (
            <li key={each.path + each.message}>
              <button type="button" className="plain" onClick={() => onJump(ref)}>
                {ref ?? "flow"}
              </button>{" "}
              <code>{match ? match[2] : each.path}</code> {each.message}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
