// The line above the views: what flow this is, whether it is saved, how it differs from what runs, test and publish.
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { get } from "../api/client";
import type { components } from "../../generated/api";
import type { Testing } from "../settings/types";
import { isSame } from "./model/merge";
import { DraftState } from "./DraftState";
import type { Editing } from "./useEditing";
import { VIEWS, type View } from "./views/views";

interface Props {
  flow: string;
  editing: Editing;
  testing: Testing;
  view: View;
  onView: (view: View) => void;
  onPublish: () => void;
}

export function Head({ flow, editing, testing, view, onView, onPublish }: Props) {
  const { text, mayChange, problems } = editing;
  const isBusy = testing.state === "starting" || testing.state === "running";
  return (
    <header className="editor-head">
      <div className="editor-title">
        <ol className="crumbs">
          <li>
            <Link href="/flows">Flows</Link>
          </li>
          <li>
            <code>{flow}</code>
          </li>
        </ol>
        <h1>{text.name ?? flow}</h1>
        <p className="editor-facts">
          <DraftState editing={editing} />
          <Changes flow={flow} editing={editing} />
        </p>
      </div>
      <div className="editor-views" role="group" aria-label="View">
        {VIEWS.map((each) => (
          <button key={each} type="button" aria-pressed={view === each} onClick={() => onView(each)}>
            {each[0]!.toUpperCase() + each.slice(1)}
          </button>
        ))}
      </div>
      <div className="editor-acts">
        <button type="button" disabled={!mayChange || isBusy || text.flowlets.length === 0} onClick={() => void testing.run()}>
          {isBusy ? "Testing …" : "Test"}
        </button>
        <button type="button" className="main" disabled={!mayChange || text.flowlets.length === 0} title={problems.length ? "It has problems; publishing says which." : undefined} onClick={onPublish}>
          Publish …
        </button>
      </div>
    </header>
  );
}

type Diff = components["schemas"]["DiffShape"];

/** How many things differ from what is published, and where to read them. */
function Changes({ flow, editing: { saved, text } }: { flow: string; editing: Editing }) {
  const { published } = saved;
  const isSaved = isSame(saved.base, text);
  const diff = useQuery({
    queryKey: ["editor", "diff", flow, saved.etag, published],
    queryFn: ({ signal }) => get("/flows/{name}/diff", { path: { name: flow }, query: { a: "published", b: "draft" }, signal }),
    enabled: published !== null && isSaved,
    placeholderData: (before) => before,
    staleTime: Infinity,
  });
  if (published === null) return <span className="quiet">Never published</span>;
  if (!diff.data) return <span className="quiet">Published: v{published}</span>;
  const count = countOf(diff.data);
  if (count === 0) return <span className="quiet">Same as v{published}</span>;
  return (
    <Link href={`/flows/${flow}/versions?a=published&b=draft`}>
      {count} {count === 1 ? "change" : "changes"} vs. v{published}
    </Link>
  );
}

function countOf({ same, fields, flowlets }: Diff): number {
  const count = fields.length + flowlets.added.length + flowlets.removed.length + flowlets.changed.length + Number(flowlets.reordered);
  return same ? 0 : Math.max(1, count);
}
