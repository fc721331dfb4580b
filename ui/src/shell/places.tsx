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
  { path: "/home", name: "Home", sign: "⌂", keys: "g h" },
  { path: "/plays", name: "Plays", sign: "▸", keys: "g p" },
  { path: "/flows", name: "Flows", sign: "◇", keys: "g f" },
  { path: "/approvals", name: "Approvals", sign: "✓", keys: "g a", Badge: Waiting },
  { path: "/channels", name: "Channels", sign: "⇥", keys: "g c" },
  { path: "/schedules", name: "Schedules", sign: "◷", keys: "g s" },
  { path: "/resources", name: "Resources", sign: "▤", keys: "g r" },
  { path: "/admin", name: "Admin", sign: "⚙", keys: "g d" },
  { path: "/status", name: "Health", sign: "♥", keys: "g e" },
];

type Params = Record<string, string | undefined>;

interface Screen {
  path: string;
  /** Gets what the address names, and is a new one for each of its ids. */
  show: ComponentType<{ params: Params }>;
}

const Home = lazy(async () => ({ default: (await import("../home/HomePage")).HomePage }));
const Approvals = lazy(async () => ({ default: (await import("../approvals/ApprovalsPage")).ApprovalsPage }));
const Approval = lazy(async () => ({ default: (await import("../approvals/ApprovalPage")).ApprovalPage }));
const Flow = lazy(async () => ({ default: (await import("../flows/FlowPage")).FlowPage }));
const Versions = lazy(async () => ({ default: (await import("../flows/VersionsPage")).VersionsPage }));
const Flows = lazy(async () => ({ default: (await import("../flows/FlowsPage")).FlowsPage }));
const Channels = lazy(async () => ({ default: (await import("../channels/ChannelsPage")).ChannelsPage }));
const Channel = lazy(async () => ({ default: (await import("../channels/ChannelPage")).ChannelPage }));
const Schedules = lazy(async () => ({ default: (await import("../schedules/SchedulesPage")).SchedulesPage }));
const Schedule = lazy(async () => ({ default: (await import("../schedules/SchedulePage")).SchedulePage }));
const Health = lazy(async () => ({ default: (await import("../health/HealthPage")).HealthPage }));

const Editor = lazy(async () => ({ default: (await import("../editor/EditorPage")).EditorPage }));
const Resources = lazy(async () => ({ default: (await import("../resources/ResourcesPage")).ResourcesPage }));
const Admin = lazy(async () => ({ default: (await import("../admin/AdminPage")).AdminPage }));

/** Every address, the more special ones first. */
export const SCREENS: readonly Screen[] = [
  { path: "/home", show: () => <Home /> },
  { path: "/plays", show: () => <PlaysPage /> },
  { path: "/plays/:id", show: ({ params }) => <PlayPage key={params.id} id={params.id ?? ""} /> },
  { path: "/flows", show: () => <Flows /> },
  { path: "/flows/:name/edit", show: ({ params }) => <Editor key={params.name} name={params.name ?? ""} /> },
  { path: "/channels", show: () => <Channels /> },
  { path: "/channels/:id", show: ({ params }) => <Channel key={params.id} name={params.id ?? ""} /> },
  { path: "/schedules", show: () => <Schedules /> },
  { path: "/schedules/:id", show: ({ params }) => <Schedule key={params.id} id={params.id ?? ""} /> },
  { path: "/status", show: () => <Health /> },
  { path: "/resources/:name?", show: ({ params }) => <Resources name={params.name ?? ""} /> },
  { path: "/admin/:name?", show: ({ params }) => <Admin name={params.name ?? ""} /> },
  { path: "/flows/:name/versions", show: ({ params }) => <Versions key={params.name} name={params.name ?? ""} /> },
  { path: "/flows/:name", show: ({ params }) => <Flow key={params.name} name={params.name ?? ""} /> },
  { path: "/approvals", show: () => <Approvals /> },
  { path: "/approvals/:id", show: ({ params }) => <Approval key={params.id} id={params.id ?? ""} /> },
];
