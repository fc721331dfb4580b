// The rail with the places: at the left of a wide window; in a narrow one a drawer behind the button in the line at the top.
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { Waiting } from "../approvals/Waiting";
import { PLACES } from "./places";

const DRAWER = "rail";

export function Rail({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  return (
    <nav
      className="rail"
      id={DRAWER}
      popover="auto"
      aria-label="Main"
      // Whatever is chosen in the drawer, it has done its work.
      onClick={(event) => event.target !== event.currentTarget && event.currentTarget.matches(":popover-open") && event.currentTarget.hidePopover()}
    >
      <Link className="brand" href="/" aria-label="flow8">
        <img src="/assets/flow8.svg" alt="" width="24" height="24" /> <span>flow8</span>
      </Link>
      {PLACES.map((place) => (
        <Link key={place.path} href={place.path} aria-current={isIn(location, place.path) ? "page" : undefined} title={place.name}>
          <span aria-hidden="true" className="rail-sign">
            {place.sign}
          </span>{" "}
          <span>{place.name}</span>
          {place.Badge && <place.Badge />}
        </Link>
      ))}
      <div className="rail-end">{children}</div>
    </nav>
  );
}

/** In a narrow window: where one is, how much waits, and the way to everywhere else. */
export function RailButton() {
  const [location] = useLocation();
  const here = PLACES.find((place) => isIn(location, place.path));
  return (
    <button type="button" className="rail-button" popoverTarget={DRAWER}>
      <span aria-hidden="true">☰</span> <span className="unseen">Menu, </span>
      <span>{here?.name ?? "Menu"}</span> <Waiting />
    </button>
  );
}

function isIn(location: string, path: string): boolean {
  return location === path || location.startsWith(`${path}/`);
}
