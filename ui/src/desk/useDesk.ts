// A list that one works on: which row is chosen and which dialog is open stand in the address; keys lead along it.
import { useKeys, type Key } from "../shell/keys";
import { useUrl } from "../shell/url";

interface Row {
  id: string;
}

export interface Desk<T> {
  /** The chosen row, if it is on this page. */
  here: T | undefined;
  /** What is being done: `new`, `edit`, `remove` … */
  doing: string | null;
  begin: (doing: string, id?: string) => void;
  end: () => void;
}

export function useDesk<T extends Row>(title: string, rows: readonly T[], keys: (desk: Desk<T>) => readonly Key[]): Desk<T> {
  const [params, change] = useUrl();
  const at = params.get("at");
  const place = rows.findIndex((row) => row.id === at);
  const go = (step: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, place < 0 ? 0 : place + step))];
    if (next) change({ at: next.id });
  };
  const desk: Desk<T> = {
    here: rows[place],
    doing: params.get("do"),
    begin: (doing, id) => change(id === undefined ? { do: doing } : { do: doing, at: id }),
    end: () => change({ do: null }),
  };
  useKeys(title, [
    { keys: "j", label: "Next row", run: () => go(1) },
    { keys: "k", label: "Row before", run: () => go(-1) },
    ...keys(desk),
  ]);
  return desk;
}
