// What can be begun from anywhere, and the places within places: what the palette offers besides the screen's own actions.
import type { Me } from "../api/types";
import { may } from "../boot";

export interface Deed {
  name: string;
  path: string;
  /** The right in the whole company; with `somewhere`, that on a single flow is enough. */
  right: string;
  somewhere?: true;
}

const DEEDS: readonly Deed[] = [
  { name: "New flow", path: "/flows?new=blank", right: "edit" },
  { name: "New flow from an example", path: "/flows?new=example", right: "edit" },
  { name: "Import a flow", path: "/flows?new=file", right: "edit" },
  { name: "New channel", path: "/channels?new=http", right: "edit" },
  { name: "New schedule", path: "/schedules?new=1", right: "edit", somewhere: true },
  { name: "New component", path: "/resources/components?do=new", right: "administer" },
  { name: "New link", path: "/resources/links?do=new", right: "edit" },
  { name: "New KV entry", path: "/resources/kv?do=new", right: "edit" },
  { name: "Add somebody", path: "/admin/people?do=new", right: "administer" },
  { name: "New API key", path: "/admin/keys?do=new", right: "administer" },
  { name: "Plays that failed", path: "/plays?state=FAIL", right: "view", somewhere: true },
  { name: "Components", path: "/resources/components", right: "view" },
  { name: "Links", path: "/resources/links", right: "view" },
  { name: "KV", path: "/resources/kv", right: "view", somewhere: true },
  { name: "People", path: "/admin/people", right: "administer" },
  { name: "User groups", path: "/admin/groups", right: "administer" },
  { name: "Access", path: "/admin/access", right: "administer", somewhere: true },
  { name: "API keys", path: "/admin/keys", right: "administer" },
  { name: "Agents' tools", path: "/admin/tools", right: "administer" },
  { name: "Audit", path: "/admin/audit", right: "administer" },
  { name: "Retention", path: "/admin/retention", right: "administer" },
  { name: "Companies", path: "/admin/companies", right: "administer" },
];

/** The deeds that are open to somebody. */
export function deedsFor(me: Me): readonly Deed[] {
  return DEEDS.filter((deed) => (deed.somewhere ? may(me, deed.right) : me.rights.includes(deed.right)));
}
