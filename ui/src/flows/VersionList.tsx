// The versions of a flow, newest first: what was said of each, who published it, and how its plays went.
import type { FlowRow, VersionNumbers, VersionRow } from "../api/types";
import { Moment } from "../parts/parts";
import type { Sides } from "./VersionsPage";
import { successRate } from "./words";

interface Props {
  flow: FlowRow;
  versions: readonly VersionRow[];
  numbers: readonly VersionNumbers[];
  sides: Sides | null;
  choose: (a: string, b: string) => void;
  restore: ((version: number) => void) | null;
}

export function VersionList({ flow, versions, numbers, sides, choose, restore }: Props) {
  const of = new Map(numbers.map((each) => [each.version, each]));
  const named = (side: string | undefined) => (side === "published" ? String(flow.published) : side);
  const [a, b] = [named(sides?.a), named(sides?.b)];
  return (
    <ol className="flows-version-list" aria-label="Versions">
      {flow.hasUnpublishedEdits && (
        <li className={b === "draft" ? "here" : undefined}>
          <div className="flows-version-head">
            <strong>Draft</strong> <span className="state late">not published</span>
          </div>
          <span className="quiet">
            <Moment at={flow.updatedAt} /> by {flow.updatedBy}
          </span>
          <div className="flows-version-acts">
            <button type="button" aria-pressed={a === String(flow.published) && b === "draft"} onClick={() => choose("published", "draft")}>
              What it changes
            </button>
          </div>
        </li>
      )}
      {versions.map((each) => {
        const own = String(each.version);
        const before = each.version > 1 ? String(each.version - 1) : null;
        return (
          <li key={each.version} className={own === a || own === b ? "here" : undefined}>
            <div className="flows-version-head">
              <strong>v{each.version}</strong>
              {each.version === flow.published && <span className="state good">runs now</span>}
              <Plays of={of.get(each.version)} />
            </div>
            {each.note && <p>{each.note}</p>}
            <span className="quiet">
              <Moment at={each.createdAt} /> by {each.createdBy}
            </span>
            <div className="flows-version-acts">
              {before && (
                <button type="button" aria-pressed={a === before && b === own} aria-label={`What it changed, v${own}`} onClick={() => choose(before, own)}>
                  What it changed
                </button>
              )}
              {flow.published !== null && each.version < flow.published - 1 && (
                <button type="button" aria-pressed={a === own && b === String(flow.published)} aria-label={`Against now, v${own}`} onClick={() => choose(own, String(flow.published))}>
                  Against now
                </button>
              )}
              {restore && (
                <button type="button" className="plain" aria-label={`Restore as draft, v${own}`} onClick={() => restore(each.version)}>
                  Restore as draft
                </button>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function Plays({ of }: { of: VersionNumbers | undefined }) {
  if (!of) return <span className="quiet">no recent plays</span>;
  const rate = successRate(of.wentWell, of.failed);
  return (
    <span className="quiet" title="Of the last 1,000 plays of the flow">
      {of.plays === 1 ? "1 play" : `${of.plays.toLocaleString()} plays`}
      {rate && `, ${rate}`}
    </span>
  );
}
