// The screens: which address shows which, and which of them stand in the rail. Each is fetched when it is first opened.
import { lazy, type ComponentType } from "react";
import { PlayPage } from "../play/PlayPage";
import { PlaysPage } from "../plays/PlaysPage";

export interface Place {
  path: string;
  name: string;
  sign: string;
  keys: string;
}

/** What stands in the rail, in its order. */
export const PLACES: readonly Place[] = [
  { path: "/plays", name: "Plays", sign: "▸", keys: "g p" },
  { path: "/flows", name: "Flows", sign: "◇", keys: "g f" },
  { path: "/resources", name: "Resources", sign: "▤", keys: "g r" },
  { path: "/admin", name: "Admin", sign: "⚙", keys: "g d" },
];

type Params = Record<string, string | undefined>;

interface Screen {
  path: string;
  /** Gets what the address names, and is a new one for each of its ids. */
  show: ComponentType<{ params: Params }>;
}

const Flows = lazy(async () => ({ default: (await import("../flows/FlowsPage")).FlowsPage }));
const Resources = lazy(async () => ({ default: (await import("../resources/ResourcesPage")).ResourcesPage }));
const Admin = lazy(async () => ({ default: (await import("../admin/AdminPage")).AdminPage }));

/** Every address, the more special ones first. */
export const SCREENS: readonly Screen[] = [
  { path: "/plays", show: () => <PlaysPage /> },
  { path: "/plays/:id", show: ({ params }) => <PlayPage key={params.id} id={params.id ?? ""} /> },
  { path: "/flows", show: () => <Flows /> },
  { path: "/resources/:name?", show: ({ params }) => <Resources name={params.name ?? ""} /> },
  { path: "/admin/:name?", show: ({ params }) => <Admin name={params.name ?? ""} /> },
];
