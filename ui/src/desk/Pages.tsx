// From page to page of a list that the API counts.
import { useUrl } from "../shell/url";

export function Pages({ found }: { found: { page: number; pages: number; total: number } | undefined }) {
  const [, change] = useUrl();
  if (!found || found.pages < 2) return null;
  const go = (page: number) => change({ page: page > 1 ? String(page) : null, at: null }, { push: true });
  return (
    <nav className="buttons" aria-label="Pages">
      <button type="button" disabled={found.page <= 1} onClick={() => go(found.page - 1)}>
        Before
      </button>
      <span>
        Page {found.page} of {found.pages} <span className="quiet">({found.total} in all)</span>
      </span>
      <button type="button" disabled={found.page >= found.pages} onClick={() => go(found.page + 1)}>
        Next
      </button>
    </nav>
  );
}
