// Which component and which link a flowlet uses: the company's, by kind and by service; the default where none is named.
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { get } from "../api/client";
import type { Flowlet } from "../editor/model/types";
import type { Problem } from "../forms/types";
import type { ModuleShape } from "./useModule";
import { without, Wrong } from "./When";

interface Props {
  chosen: Flowlet;
  module: ModuleShape;
  path: string;
  problems: readonly Problem[];
  onChange: (next: Flowlet) => void;
}

export function Providers({ chosen, module, path, problems, onChange }: Props) {
  const components = useQuery({ queryKey: ["components", "all"], queryFn: ({ signal }) => get("/components", { signal }), enabled: module.needs.length > 0 });
  const links = useQuery({ queryKey: ["links", "all"], queryFn: ({ signal }) => get("/links", { signal }), enabled: module.links.length > 0 });
  const kinds = kindsIn(module.needs, chosen.componentConfigIds);
  const services = kindsIn(module.links, chosen.linkIdsByType);
  if (!kinds.length && !services.length) return <p className="quiet">This module speaks to nothing outside: there is no component and no link to choose.</p>;
  return (
    <div className="form">
      {kinds.map((kind) => (
        <One
          key={kind}
          label={`Component for ${kind}`}
          field="componentConfigIds"
          kind={kind}
          names={(components.data?.data ?? []).filter((each) => each.kind === kind).map((each) => ({ name: each.name, isDefault: each.isDefault }))}
          trouble={components.error}
          {...{ chosen, path, problems, onChange }}
        />
      ))}
      {services.map((service) => (
        <One
          key={service}
          label={`Link for ${service}`}
          field="linkIdsByType"
          kind={service}
          names={(links.data?.data ?? []).filter((each) => each.service === service).map((each) => ({ name: each.name, isDefault: false }))}
          trouble={links.error}
          {...{ chosen, path, problems, onChange }}
        />
      ))}
    </div>
  );
}

interface OneProps extends Omit<Props, "module"> {
  label: string;
  field: "componentConfigIds" | "linkIdsByType";
  kind: string;
  names: { name: string; isDefault: boolean }[];
  trouble: Error | null;
}

function One({ label, field, kind, names, trouble, chosen, path, problems, onChange }: OneProps) {
  const id = useId();
  const held = (chosen[field] ?? {}) as Record<string, string>;
  const value = held[kind] ?? "";
  const standard = names.find((each) => each.isDefault);
  const isUnknown = value !== "" && !names.some((each) => each.name === value);
  const choose = (name: string) => {
    const { [kind]: _before, ...others } = held;
    const next = name ? { ...others, [kind]: name } : others;
    onChange(without(chosen, field, Object.keys(next).length ? next : undefined));
  };
  return (
    <div className="form-field" data-path={`${path}.${field}.${kind}`}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => choose(event.target.value)}>
        <option value="">{field === "linkIdsByType" ? "None" : standard ? `The default: ${standard.name}` : "The default"}</option>
        {isUnknown && <option value={value}>{value} (not found here)</option>}
        {names.map((each) => (
          <option key={each.name} value={each.name}>
            {each.name}
          </option>
        ))}
      </select>
      {trouble && <small className="form-help">The list cannot be shown: {trouble.message}</small>}
      <Wrong problems={problems} path={`${path}.${field}`} />
    </div>
  );
}

function kindsIn(declared: readonly string[], named: unknown): string[] {
  return [...new Set([...declared, ...Object.keys((named as object | undefined) ?? {})])];
}
