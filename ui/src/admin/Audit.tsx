// The audit: what was done, by whom, from where; filters stand in the address, a row opens before and after.
import { useInfiniteQuery } from "@tanstack/react-query";
import { address, get } from "../api/client";
import type { AuditEntry } from "../api/types";
import { useDesk } from "../desk/useDesk";
import { ErrorNotice } from "../parts/parts";
import { useUrl } from "../shell/url";
import { AuditFilters } from "./AuditFilters";
import { AuditRow } from "./AuditRow";
import { askedOf, FIELDS } from "./audit";
import { Verify } from "./Verify";

const PAGE = 50;

export function Audit() {
  const [params, change] = useUrl();
  const asked = askedOf(params);
  const found = useInfiniteQuery({
    queryKey: ["audit", asked],
    queryFn: ({ pageParam, signal }) => get("/audit", { query: { ...asked, size: PAGE, ...(pageParam !== null && { after: pageParam }) }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
  });
  const rows = found.data?.pages.flatMap((page) => page.data) ?? [];
  const open = params.get("open");
  const turn = (id: string) => change({ open: open === id ? null : id, at: id });
  useDesk<AuditEntry>("Audit", rows, ({ here }) => [{ keys: "Enter", label: "Open before and after", run: () => here && turn(here.id) }]);
  const isFiltered = FIELDS.some((field) => params.get(field));
  return (
    <>
      <AuditFilters actions={[...new Set(rows.map((row) => row.action ?? ""))].filter(Boolean).sort()} />
      <div className="admin-bar">
        <Verify />
        <span className="buttons">
          {(["csv", "json"] as const).map((format) => (
            <a key={format} className="button" href={address("/audit/export", { query: { ...asked, format } })} download>
              Export {format.toUpperCase()}
            </a>
          ))}
        </span>
      </div>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      {found.isSuccess && rows.length === 0 && (
        <p className="notice">{isFiltered ? "No entry fits these filters." : "Nothing was done yet. Sign-ins, changes, decisions and denials will stand here."}</p>
      )}
      {rows.length > 0 && (
        <ul className="desk-rows">
          {rows.map((row) => (
            <AuditRow key={row.id} row={row} isHere={params.get("at") === row.id} isOpen={open === row.id} onTurn={() => turn(row.id)} />
          ))}
        </ul>
      )}
      {found.hasNextPage && (
        <div className="buttons">
          <button type="button" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            Older entries
          </button>
        </div>
      )}
      {found.isSuccess && rows.length > 0 && !found.hasNextPage && <p className="quiet desk-said">That is all there is{isFiltered && " of these filters"}.</p>}
    </>
  );
}
