// The conditions of a flowlet as rows, each with whether it holds for the last data.
import { useEffect, useMemo, useState } from "react";
import type { Filter, Flowlet } from "../editor/model/types";
import { Field } from "../forms/Field";
import type { Form } from "../forms/inner";
import type { Problem } from "../forms/types";
import { asTyped, ONE_SIDED, OPERATORS } from "./fields";
import type { Judged, Testing } from "./types";
import { without, Wrong } from "./When";

interface Props {
  chosen: Flowlet;
  path: string;
  problems: readonly Problem[];
  onChange: (next: Flowlet) => void;
  testing: Testing;
}

const REST_MS = 350;

export function Conditions({ chosen, path, problems, onChange, testing }: Props) {
  const filters = chosen.filters ?? [];
  const judged = useJudged(chosen.ref, filters, testing);
  const context = testing.contextOf(chosen.ref);
  const form = useMemo<Form>(() => ({ root: {}, problems, allowExpressions: true, context }), [problems, context]);
  const put = (next: Filter[]) => onChange(without(chosen, "filters", next.length ? next : undefined));
  return (
    <fieldset className="settings-conditions" data-path={`${path}.filters`}>
      <legend>Runs only if</legend>
      {filters.map((each, place) => (
        <Condition
          key={place}
          place={place}
          filter={each}
          form={form}
          path={`${path}.filters[${place}]`}
          isMet={judged?.error ? undefined : judged?.met[place]}
          onChange={(next) => put(filters.map((other, at) => (at === place ? next : other)))}
          onRemove={() => put(filters.filter((_, at) => at !== place))}
        />
      ))}
      <button type="button" className="form-add" onClick={() => put([...filters, { leftValue: "", operator: "eq", rightValue: "" }])}>
        Add a condition
      </button>
      {judged && (
        <p className={judged.error ? "form-wrong" : "settings-verdict"} role="status">
          {judged.error ?? `With the ${testing.from === "test" ? "last test" : "last play"} ${judged.holds ? "it would run." : "it would not run."}`}
        </p>
      )}
    </fieldset>
  );
}

interface RowProps {
  place: number;
  filter: Filter;
  form: Form;
  path: string;
  isMet: boolean | undefined;
  onChange: (next: Filter) => void;
  onRemove: () => void;
}

function Condition({ place, filter, form, path, isMet, onChange, onRemove }: RowProps) {
  const n = place + 1;
  const isOneSided = ONE_SIDED.has(filter.operator);
  return (
    <div className="settings-condition" role="group" aria-label={`Condition ${n}`}>
      <div className="settings-condition-head">
        {place > 0 && (
          <select aria-label={`How condition ${n} joins those before it`} value={filter.mode ?? "and"} onChange={(event) => onChange({ ...filter, mode: event.target.value as "and" | "or" })}>
            <option>and</option>
            <option>or</option>
          </select>
        )}
        {isMet !== undefined && <span className={isMet ? "state good" : "state bad"}>{isMet ? "✓ holds" : "✕ does not hold"}</span>}
        <button type="button" className="plain" aria-label={`Remove condition ${n}`} onClick={onRemove}>
          ✕
        </button>
      </div>
      <Field name="left" schema={{ type: "string", title: `Left side of ${n}` }} value={shown(filter.leftValue)} onChange={(leftValue) => onChange({ ...filter, leftValue: asTyped(leftValue) })} path={`${path}.leftValue`} form={form} depth={1} bare />
      <select aria-label={`Comparison of ${n}`} value={filter.operator} onChange={(event) => onChange({ ...filter, operator: event.target.value })}>
        {OPERATORS.map(([operator, words]) => (
          <option key={operator} value={operator}>
            {words}
          </option>
        ))}
      </select>
      {!isOneSided && <Field name="right" schema={{ type: "string", title: `Right side of ${n}` }} value={shown(filter.rightValue)} onChange={(rightValue) => onChange({ ...filter, rightValue: asTyped(rightValue) })} path={`${path}.rightValue`} form={form} depth={1} bare />}
      <label className="settings-cast">
        <span>compared as</span>
        <select aria-label={`Condition ${n} is compared as`} value={filter.cast ?? ""} onChange={(event) => onChange({ ...filter, cast: (event.target.value || null) as Filter["cast"] & null })}>
          <option value="">numbers if both are, else text</option>
          <option value="string">text</option>
          <option value="number">numbers</option>
          <option value="boolean">true or false</option>
        </select>
      </label>
      <Wrong problems={form.problems.filter((each) => each.path !== `${path}.leftValue` && each.path !== `${path}.rightValue`)} path={path} />
    </div>
  );
}

function shown(value: unknown): unknown {
  return typeof value === "string" || value === undefined || value === null ? value : JSON.stringify(value);
}

/** Asked of the server once typing rests. */
function useJudged(ref: string, filters: readonly Filter[], testing: Testing): Judged | null {
  const [found, setFound] = useState<{ judged: Judged | null; of: string }>({ judged: null, of: "" });
  const asked = JSON.stringify(filters);
  const { judge } = testing;
  useEffect(() => {
    let isOff = false;
    const timer = setTimeout(() => void judge(ref, JSON.parse(asked)).then((judged) => !isOff && setFound({ judged, of: asked })), REST_MS);
    return () => {
      isOff = true;
      clearTimeout(timer);
    };
  }, [ref, asked, judge]);
  return found.of === asked ? found.judged : null;
}
