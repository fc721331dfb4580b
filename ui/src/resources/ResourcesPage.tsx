// What flows use beside their own steps: components, links and kept values, each under an address of its own.
import { Redirect } from "wouter";
import { NoRight, useHolds } from "../desk/NoRight";
import { Tabs } from "../desk/Tabs";
import "../style/desk.css";
import { Components } from "./Components";
import { Kv } from "./Kv";
import { Links } from "./Links";

const TABS = [
  { path: "/resources/components", name: "Components" },
  { path: "/resources/links", name: "Links" },
  { path: "/resources/kv", name: "KV" },
];

export function ResourcesPage({ name }: { name: string }) {
  const mayView = useHolds("view");
  const here = `/resources/${name}`;
  if (!TABS.some((tab) => tab.path === here)) return <Redirect to={TABS[0]!.path} replace />;
  return (
    <div className="desk">
      <h1>Resources</h1>
      <Tabs label="Resources" tabs={TABS} here={here} />
      {!mayView && <NoRight right="view" what="The company's components, links and kept values" />}
      {mayView && name === "components" && <Components />}
      {mayView && name === "links" && <Links />}
      {mayView && name === "kv" && <Kv />}
    </div>
  );
}
