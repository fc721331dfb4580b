// The screens: which address shows which, and which of them stand in the rail. Each is fetched when it is first opened.
import { lazy, type ComponentType } from "react";
import { Waiting } from "../approvals/Waiting";
import { PlayPage } from "../play/PlayPage";
import { PlaysPage } from "../plays/PlaysPage";

export interface Place {
  path: string;
  name: string;
  sign: string;
  keys: string;
  /** What stands behind the name, such as how many wait. */
  Badge?: ComponentType;
}

/** What stands in the rail, in its order. */
export const PLACES: readonly Place[] = [
  { path: "/plays", name: "Plays", sign: "▸", keys: "g p" },
  { path: "/flows", name: "Flows", sign: "◇", keys: "g f" },
  { path: "/approvals", name: "Approvals", sign: "✓", keys: "g a", Badge: Waiting },
];

type Params = Record<string, string | undefined>;

interface Screen {
  path: string;
  /** Gets what the address names, and is a new one for each of its ids. */
  show: ComponentType<{ params: Params }>;
}

const Approvals = lazy(async () => ({ default: (await import("../approvals/ApprovalsPage")).ApprovalsPage }));
const Approval = lazy(async () => ({ default: (await import("../approvals/ApprovalPage")).ApprovalPage }));
const Flow = lazy(async () => ({ default: (await import("../flows/FlowPage")).FlowPage }));
const Versions = lazy(async () => ({ default: (await import("../flows/VersionsPage")).VersionsPage }));
const Flows = lazy(async () => ({ default: (await import("../flows/FlowsPage")).FlowsPage }));

/** Every address, the more special ones first. */
export const SCREENS: readonly Screen[] = [
  { path: "/plays", show: () => <PlaysPage /> },
  { path: "/plays/:id", show: ({ params }) => <PlayPage key={params.id} id={params.id ?? ""} /> },
  { path: "/flows", show: () => <Flows /> },
  { path: "/flows/:name/versions", show: ({ params }) => <Versions key={params.name} name={params.name ?? ""} /> },
  { path: "/flows/:name", show: ({ params }) => <Flow key={params.name} name={params.name ?? ""} /> },
  { path: "/approvals", show: () => <Approvals /> },
  { path: "/approvals/:id", show: ({ params }) => <Approval key={params.id} id={params.id ?? ""} /> },
];
