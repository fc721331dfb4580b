// Edits a flow: loads its draft, and unsaved work that an earlier visit left in this browser.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { ApiError } from "../api/client";
import { may } from "../boot";
import { ErrorNotice } from "../parts/parts";
import { useBoot } from "../shell/context";
import "../style/editor.css";
import { Editor } from "./Editor";
import { loadDraft, makeFlow, type Loaded } from "./draft/api";
import { claim, found as foundCopy, type Copy } from "./draft/copy";

export interface Opened {
  loaded: Loaded;
  copy: Copy | null;
}

export function EditorPage({ name }: { name: string }) {
  const { me } = useBoot();
  const company = me.company?.id ?? "";
  const opened = useQuery({
    queryKey: ["editor", name],
    queryFn: async ({ signal }): Promise<Opened> => {
      const loaded = await loadDraft(name, signal);
      claim();
      return { loaded, copy: await foundCopy(company, loaded.permanentId) };
    },
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (opened.isPending) return <p className="quiet">Loading the draft …</p>;
  if (opened.data) return <Editor opened={opened.data} company={company} mayEdit={may(me, "edit")} />;
  if (opened.error instanceof ApiError && opened.error.status === 404) {
    return <Missing name={name} mayEdit={may(me, "edit")} onMade={() => void opened.refetch()} />;
  }
  return <ErrorNotice error={opened.error} retry={() => void opened.refetch()} />;
}

function Missing({ name, mayEdit, onMade }: { name: string; mayEdit: boolean; onMade: () => void }) {
  const [error, setError] = useState<Error | null>(null);
  const make = () => makeFlow(name).then(onMade, setError);
  return (
    <div className="notice">
      <p>
        There is no flow <code>{name}</code> that you may see. <Link href="/flows">All flows</Link>
      </p>
      {error && <ErrorNotice error={error} />}
      {mayEdit && (
        <button type="button" className="main" autoFocus onClick={() => void make()}>
          Make it
        </button>
      )}
    </div>
  );
}
