// When a flowlet runs: after which others, in which stage, inside which loop, under which conditions.
import { useId } from "react";
import { mannerOf, membersOf, scopeOf } from "../editor/model/order";
import type { Flowlet, FlowText } from "../editor/model/types";
import { problemsUnder } from "../forms/schema";
import type { Problem } from "../forms/types";
import { Conditions } from "./Conditions";
import type { Testing } from "./types";

interface Props {
  text: FlowText;
  chosen: Flowlet;
  path: string;
  problems: readonly Problem[];
  onChange: (next: Flowlet) => void;
  testing: Testing;
}

export function When(props: Props) {
  const { text, chosen, path, problems, onChange } = props;
  const members = membersOf(text.flowlets, scopeOf(chosen));
  const isStaged = mannerOf(members) === "index" || typeof chosen.index === "number";
  const loops = text.flowlets.filter((each) => each.appId === "iterator" && each.ref !== chosen.ref).map((each) => each.ref);
  const id = useId();
  return (
    <div className="form">
      <label className="check">
        <input type="checkbox" checked={chosen.disabled === true} onChange={(event) => onChange(without(chosen, "disabled", event.target.checked || undefined))} />
        Switched off: it is left out of plays
      </label>
      <Wrong problems={problems} path={`${path}.disabled`} />
      <After {...props} others={members.filter((each) => each.ref !== chosen.ref).map((each) => each.ref)} />
      {isStaged && (
        <div className="form-field" data-path={`${path}.index`}>
          <label htmlFor={`${id}-index`}>Stage</label>
          <input id={`${id}-index`} type="number" min={0} value={chosen.index ?? ""} onChange={(event) => onChange(without(chosen, "index", event.target.value === "" ? undefined : Number(event.target.value)))} />
          <small className="form-help">Flowlets of one stage run at the same time; a stage begins when those before it are finished.</small>
          <Wrong problems={problems} path={`${path}.index`} />
        </div>
      )}
      {(loops.length > 0 || chosen.inside) && (
        <div className="form-field" data-path={`${path}.inside`}>
          <label htmlFor={`${id}-inside`}>Inside the loop</label>
          <select id={`${id}-inside`} value={chosen.inside ?? ""} onChange={(event) => onChange(without(chosen, "inside", event.target.value || undefined))}>
            <option value="">None</option>
            {[...new Set([...loops, ...(chosen.inside ? [chosen.inside] : [])])].map((ref) => (
              <option key={ref}>{ref}</option>
            ))}
          </select>
          <Wrong problems={problems} path={`${path}.inside`} />
        </div>
      )}
      <Conditions {...props} />
    </div>
  );
}

function After({ chosen, path, problems, onChange, others }: Props & { others: string[] }) {
  const id = useId();
  const after = chosen.after ?? [];
  const free = others.filter((ref) => !after.includes(ref));
  const put = (next: string[]) => onChange(without(chosen, "after", next.length || chosen.after ? next : undefined));
  return (
    <div className="form-field" data-path={`${path}.after`}>
      <label htmlFor={id}>Starts after</label>
      {after.length > 0 && (
        <ul className="settings-chips">
          {after.map((ref) => (
            <li key={ref}>
              <code>{ref}</code>
              <button type="button" className="plain" aria-label={`Not after ${ref}`} onClick={() => put(after.filter((each) => each !== ref))}>
                ✕
              </button>
            </li>
          ))}
        </ul>
      )}
      <select id={id} value="" disabled={free.length === 0} onChange={(event) => event.target.value && put([...after, event.target.value])}>
        <option value="">{free.length ? "Add a flowlet …" : "No other flowlet here"}</option>
        {free.map((ref) => (
          <option key={ref}>{ref}</option>
        ))}
      </select>
      {!chosen.after && <small className="form-help">Nothing is named, so the order of the flow decides.</small>}
      {chosen.after && after.length === 0 && (
        <small className="form-help">
          It starts at once.{" "}
          <button type="button" className="plain" onClick={() => onChange(without(chosen, "after", undefined))}>
            Leave it to the flow's order
          </button>
        </small>
      )}
      <Wrong problems={problems} path={`${path}.after`} />
    </div>
  );
}

export function Wrong({ problems, path }: { problems: readonly Problem[]; path: string }) {
  const found = problemsUnder(problems, path);
  if (!found.length) return null;
  return (
    <ul className="form-wrong">
      {found.map((each) => (
        <li key={each.path + each.message}>{each.message}</li>
      ))}
    </ul>
  );
}

/** The flowlet with a field set, or without it when there is nothing to say. */
export function without(flowlet: Flowlet, field: string, value: unknown): Flowlet {
  if (value !== undefined) return { ...flowlet, [field]: value };
  const { [field]: _gone, ...rest } = flowlet;
  return rest as Flowlet;
}
