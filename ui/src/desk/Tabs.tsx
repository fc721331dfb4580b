// The parts of a screen that have addresses of their own, as links in a row.
import { Link } from "wouter";

export interface Tab {
  path: string;
  name: string;
}

export function Tabs({ label, tabs, here }: { label: string; tabs: readonly Tab[]; here: string }) {
  return (
    <nav className="desk-tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.path} href={tab.path} aria-current={tab.path === here ? "page" : undefined}>
          {tab.name}
        </Link>
      ))}
    </nav>
  );
}
