// The way through the pages of a list; nothing where there is only one.

interface Props {
  page: number;
  pages: number;
  onPage: (page: number) => void;
}

export function Pages({ page, pages, onPage }: Props) {
  if (pages <= 1 && page <= 1) return null;
  return (
    <nav className="buttons" aria-label="Pages">
      <button type="button" disabled={page <= 1} onClick={() => onPage(page - 1)}>
        Before
      </button>
      <span className="flows-page-of">
        Page {page} of {pages}
      </span>
      <button type="button" disabled={page >= pages} onClick={() => onPage(page + 1)}>
        Next
      </button>
    </nav>
  );
}
