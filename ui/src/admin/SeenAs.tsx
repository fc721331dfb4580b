// What one of the people sees: each flow with all that they may do with it, by role and by grants together.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { get } from "../api/client";
import type { User } from "../api/types";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "../shell/Dialog";
import { RightsTable } from "./RightsTable";

const SIZE = 25;

export function SeenAs({ user, onClose }: { user: User; onClose: () => void }) {
  const [page, setPage] = useState(1);
  const found = useQuery({
    queryKey: ["users", "flows", user.id, page],
    queryFn: ({ signal }) => get("/users/{user_id}/flows", { path: { user_id: user.id }, query: { page, size: SIZE }, signal }),
    placeholderData: (before) => before,
  });
  const rows = found.data?.data ?? [];
  return (
    <Dialog title={`What ${user.name} sees`} onClose={onClose}>
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <p className="quiet">Loading …</p>}
      {user.disabled && <p className="notice">They are shut out; this is what they would see.</p>}
      {found.data?.total === 0 && <p className="notice">No flow: they have no role, and nothing is granted to them or their user groups.</p>}
      {rows.length > 0 && (
        <RightsTable
          label={`Flows that ${user.name} sees`}
          of="Flow"
          rows={rows.map((row) => ({ key: row.flowId, head: <Link href={`/flows/${row.permanentId}`}>{row.name}</Link>, holds: (right) => row.rights.includes(right) }))}
        />
      )}
      <div className="buttons">
        {found.data && found.data.pages > 1 && (
          <>
            <button type="button" disabled={page <= 1} onClick={() => setPage(page - 1)}>
              Before
            </button>
            <span className="quiet">
              {page} of {found.data.pages}
            </span>
            <button type="button" disabled={page >= found.data.pages} onClick={() => setPage(page + 1)}>
              Next
            </button>
          </>
        )}
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
