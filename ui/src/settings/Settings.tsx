// The settings of a flowlet: the module's form, then when and how it runs, who is asked, what it speaks through.
import { useMemo } from "react";
import type { Flowlet } from "../editor/model/types";
import { problemsUnder } from "../forms/schema";
import { SchemaForm } from "../forms/SchemaForm";
import type { JsonSchema } from "../forms/types";
import { ASKING, RUNNING, runningInWords, whenInWords } from "./fields";
import type { PanelProps } from "./FlowletPanel";
import { Part } from "./Part";
import { Providers } from "./Providers";
import type { ModuleShape } from "./useModule";
import { When } from "./When";

const WHEN = ["after", "index", "inside", "filters", "disabled"];
const HOW = Object.keys(RUNNING.properties!);
const WHO = Object.keys(ASKING.properties!);

/** Of a module that is not known here. */
const ANY: JsonSchema = { title: "Args", description: "Its settings as JSON; they are kept as they are." };

export function Settings(props: PanelProps & { module: ModuleShape | null; path: string }) {
  const { chosen, module, path, problems, onChange, testing } = props;
  const context = testing.contextOf(chosen.ref);
  const isWrong = (fields: readonly string[]) => fields.some((field) => problemsUnder(problems, `${path}.${field}`).length > 0);
  const part = (schema: JsonSchema, fields: readonly string[]) => <SchemaForm schema={schema} value={picked(chosen, fields)} onChange={(next) => onChange(put(chosen, fields, next as Record<string, unknown>))} problems={problems} path={path} />;
  const schema = module ? (module.args as JsonSchema) : ANY;
  const hasArgs = module === null || Object.keys(schema.properties ?? {}).length > 0;
  const services = [...Object.values((chosen.componentConfigIds ?? {}) as object), ...Object.values((chosen.linkIdsByType ?? {}) as object)].map(String);
  return (
    <>
      {hasArgs ? (
        <SchemaForm schema={schema} value={chosen.args ?? {}} onChange={(args) => onChange({ ...chosen, args: args as Record<string, unknown> })} problems={problems} path={`${path}.args`} allowExpressions context={context} />
      ) : (
        <p className="quiet">This module needs no settings.</p>
      )}
      <Part title="When it runs" told={whenInWords(chosen)} isWrong={isWrong(WHEN)}>
        <When {...props} />
      </Part>
      <Part title="How it runs" told={runningInWords(chosen)} isWrong={isWrong(HOW)}>
        {part(RUNNING, HOW)}
      </Part>
      <Part title="Approval" told={chosen.needsApproval ? "somebody has to approve it" : "nobody is asked"} isWrong={isWrong(WHO)}>
        {part(ASKING, WHO)}
      </Part>
      {module && (module.needs.length > 0 || module.links.length > 0 || services.length > 0) && (
        <Part title="Components and links" told={services.join(", ") || "the defaults"} isWrong={isWrong(["componentConfigIds", "linkIdsByType"])}>
          <Providers {...props} module={module} />
        </Part>
      )}
      <Kept chosen={chosen} />
    </>
  );
}

/** Fields that this form does not know are kept, and said to be. */
function Kept({ chosen }: { chosen: Flowlet }) {
  const others = useMemo(() => Object.keys(chosen).filter((field) => ![...WHEN, ...HOW, ...WHO, "ref", "name", "appId", "args", "componentConfigIds", "linkIdsByType"].includes(field)), [chosen]);
  if (!others.length) return null;
  return (
    <p className="quiet">
      Kept as they are, and to be changed in the code: <code>{others.join(", ")}</code>
    </p>
  );
}

function picked(chosen: Flowlet, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.filter((field) => field in chosen).map((field) => [field, chosen[field]]));
}

function put(chosen: Flowlet, fields: readonly string[], next: Record<string, unknown>): Flowlet {
  const others = Object.fromEntries(Object.entries(chosen).filter(([field]) => !fields.includes(field) || field in next));
  return { ...others, ...next } as Flowlet;
}
