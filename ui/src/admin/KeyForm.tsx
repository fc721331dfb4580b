// The form of a new key: for programs or for agents, as whom, until when, and for which tools.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get, post } from "../api/client";
import { useAct } from "../desk/Ask";
import { Field, Form, Tick } from "../desk/Form";
import { ErrorNotice } from "../parts/parts";
import { ROLES } from "./roles";

const DAY_MS = 86_400_000;
const LASTS = [
  { days: 30, words: "30 days" },
  { days: 90, words: "90 days" },
  { days: 365, words: "a year" },
  { days: 0, words: "no end" },
];

export function KeyForm({ onDone, onClose }: { onDone: (name: string, text: string) => void; onClose: () => void }) {
  const { error, busy, run } = useAct(() => undefined);
  const [name, setName] = useState("");
  const [scope, setScope] = useState("standard");
  const [role, setRole] = useState("runner");
  const [days, setDays] = useState(90);
  const [isLimited, setIsLimited] = useState(true);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const isForAgents = scope === "mcp";
  const tools = useQuery({ queryKey: ["tools"], queryFn: ({ signal }) => get("/tools", { signal }), enabled: isForAgents });
  const save = () =>
    void run(async () => {
      const made = await post("/auth/api-keys", {
        body: {
          name,
          scopes: [scope],
          role,
          expiresAt: days ? new Date(Date.now() + days * DAY_MS).toISOString() : null,
          tools: isForAgents && isLimited ? [...chosen] : null,
        },
      });
      onDone(made.name, made.key);
    });
  return (
    <Form title="New key" save="Make it" {...{ error, busy, onClose }} onSave={save}>
      <Field label="Name" path="name" error={error} hint="What it is for, so that somebody dares to revoke it one day.">
        <input value={name} required autoFocus onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label="For" path="scopes" error={error}>
        <select value={scope} onChange={(event) => setScope(event.target.value)}>
          <option value="standard">a program: the REST API</option>
          <option value="mcp">an agent: tools over MCP, and nothing else</option>
        </select>
      </Field>
      <Field label="Role" path="role" error={error} hint="At most your own.">
        <select value={role} onChange={(event) => setRole(event.target.value)}>
          {ROLES.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </Field>
      <Field label="Ends after" path="expiresAt" error={error} hint={days ? undefined : "A key without an end is a risk: whoever gets hold of it keeps it until somebody revokes it."}>
        <select value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {LASTS.map((each) => (
            <option key={each.days} value={each.days}>
              {each.words}
            </option>
          ))}
        </select>
      </Field>
      {isForAgents && <Tick label="Only these tools" on={isLimited} onChange={setIsLimited} />}
      {tools.isError && <ErrorNotice error={tools.error} retry={() => void tools.refetch()} />}
      {isForAgents && isLimited && (
        <fieldset className="admin-choices">
          <legend>Tools</legend>
          {tools.data?.data.length === 0 && <p className="quiet">There are none yet: a route of an mcp channel makes a flow a tool.</p>}
          {tools.data?.data.map((tool) => (
            <Tick
              key={tool.name}
              label={`${tool.name}: ${tool.title}`}
              on={chosen.includes(tool.name)}
              onChange={(on) => setChosen(on ? [...chosen, tool.name] : chosen.filter((each) => each !== tool.name))}
            />
          ))}
        </fieldset>
      )}
    </Form>
  );
}
