// One flowlet: its settings from the module's form, between what goes in and what came out.
import type { Flowlet, FlowText } from "../editor/model/types";
import { SchemaForm } from "../forms/SchemaForm";
import type { JsonSchema, Problem } from "../forms/types";
import { ErrorNotice } from "../parts/parts";
import type { Testing } from "./types";
import { useModule } from "./useModule";

export interface PanelProps {
  flow: string;
  text: FlowText;
  chosen: Flowlet;
  problems: Problem[];
  onChange: (next: Flowlet) => void;
  onRename: (ref: string) => void;
  testing: Testing;
}

export function FlowletPanel({ text, chosen, problems, onChange, testing }: PanelProps) {
  const module = useModule(chosen.appId);
  const place = text.flowlets.findIndex((each) => each.ref === chosen.ref);
  if (module.error) return <ErrorNotice error={module.error} retry={() => void module.refetch()} />;
  if (!module.data) return <p className="quiet">Loading the form …</p>;
  return (
    <SchemaForm
      schema={module.data.args as JsonSchema}
      value={chosen.args ?? {}}
      onChange={(args) => onChange({ ...chosen, args: args as Record<string, unknown> })}
      problems={problems}
      path={`flowlets[${place}].args`}
      allowExpressions
      context={testing.contextOf(chosen.ref)}
    />
  );
}
