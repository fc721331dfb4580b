// Who may do what, with which keys, what was done, and how long it is kept; each part under an address of its own.
import type { ComponentType } from "react";
import { Redirect } from "wouter";
import { may } from "../boot";
import { NoRight } from "../desk/NoRight";
import { Tabs } from "../desk/Tabs";
import { useBoot } from "../shell/context";
import "../style/admin.css";
import "../style/desk.css";
import { Access } from "./Access";
import { Audit } from "./Audit";
import { Companies } from "./Companies";
import { Groups } from "./Groups";
import { Keys } from "./Keys";
import { People } from "./People";
import { Retention } from "./Retention";
import { Tools } from "./Tools";

interface Part {
  name: string;
  title: string;
  show: ComponentType;
  what: string;
  /** Whoever administers a single flow may do something here as well. */
  somewhere?: boolean;
}

const PARTS: readonly Part[] = [
  { name: "people", title: "People", show: People, what: "The people of the company" },
  { name: "groups", title: "User groups", show: Groups, what: "User groups" },
  { name: "access", title: "Access", show: Access, what: "Grants on flows", somewhere: true },
  { name: "keys", title: "Keys", show: Keys, what: "API keys" },
  { name: "tools", title: "Agents' tools", show: Tools, what: "The tools of agents" },
  { name: "audit", title: "Audit", show: Audit, what: "The entries of the audit" },
  { name: "retention", title: "Retention", show: Retention, what: "Retention policies" },
  { name: "companies", title: "Companies", show: Companies, what: "Companies" },
];

export function AdminPage({ name }: { name: string }) {
  const { me } = useBoot();
  const part = PARTS.find((each) => each.name === name);
  if (!part) return <Redirect to="/admin/people" replace />;
  const tabs = PARTS.map((each) => ({ path: `/admin/${each.name}`, name: each.title }));
  const isLet = me.rights.includes("administer") || (part.somewhere && may(me, "administer"));
  const Show = part.show;
  return (
    <div className="desk">
      <h1>Admin</h1>
      <Tabs label="Admin" tabs={tabs} here={`/admin/${name}`} />
      {isLet ? <Show /> : <NoRight right="administer" what={part.what} />}
    </div>
  );
}
