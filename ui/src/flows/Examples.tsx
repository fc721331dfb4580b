// Flows that run as they are: one press, and one of them is there.
import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import { ErrorNotice } from "../parts/parts";
import type { ImportWish } from "./useImport";

export function Examples({ wish }: { wish: ImportWish }) {
  const found = useQuery({ queryKey: ["examples"], queryFn: ({ signal }) => get("/examples", { signal }), staleTime: Infinity });
  return (
    <div className="flows-way">
      {found.isPending && <p className="quiet">Loading …</p>}
      {found.isError && <ErrorNotice error={found.error} retry={() => void found.refetch()} />}
      {wish.error && <ErrorNotice error={wish.error} />}
      <ul className="flows-examples">
        {found.data?.data.map((example) => (
          <li key={example.name}>
            <div>
              <strong>{example.title}</strong>
              <p>{example.description}</p>
              <span className="quiet">
                {example.flowlets} flowlets{example.makesChannels && ", makes channels too"}
              </span>
            </div>
            <button type="button" disabled={wish.busy} aria-label={`Add ${example.title}`} onClick={() => void wish.send(example.text, { publish: true })}>
              Add
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
