// Around every screen: the rail, where one is, the company, the live badge, the theme, the keys.
import { Suspense, useEffect, useState } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { CompanySwitcher } from "./CompanySwitcher";
import { Elsewhere } from "./Elsewhere";
import { LiveBadge } from "./LiveBadge";
import { Palette } from "./Palette";
import { Rail, RailButton } from "./Rail";
import { Shortcuts } from "./Shortcuts";
import { SignIn } from "./SignIn";
import { UserMenu } from "./UserMenu";
import { keepSocket } from "../live/socket";
import { useBoot } from "./context";
import { EVERYWHERE, listen, useKeys, type Key } from "./keys";
import { PLACES, SCREENS } from "./places";
import { nextTheme, setTheme, theme } from "./theme";

export function Shell() {
  const { stale, live } = useBoot();
  const [, navigate] = useLocation();
  const [opened, setOpened] = useState<"palette" | "keys" | null>(null);
  const [shown, setShown] = useState(theme());
  const turn = () => {
    setTheme(nextTheme());
    setShown(theme());
  };
  const keys: Key[] = [
    { keys: "Ctrl K", label: "Go to anything", run: () => setOpened("palette") },
    { keys: "?", label: "The keys of this screen", run: () => setOpened("keys") },
    { keys: "t", label: "Light, dark or as the system", run: turn },
    { keys: "y", label: "Copy the link of this page", run: () => void navigator.clipboard?.writeText(window.location.href) },
    { keys: "g u", label: "Read the guide", run: () => window.location.assign("/docs") },
    ...PLACES.map((place) => ({ keys: place.keys, label: `Go to ${place.name}`, run: () => navigate(place.path) })),
  ];
  useKeys(EVERYWHERE, keys);
  useEffect(listen, []);
  useEffect(() => (live ? keepSocket() : undefined), [live]);

  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <Rail>
        <button type="button" className="plain" title="Go to …" onClick={() => setOpened("palette")}>
          <span aria-hidden="true" className="rail-sign">
            ⌕
          </span>{" "}
          <span>Go to</span> <kbd>Ctrl K</kbd>
        </button>
        <button type="button" className="plain" title="Keys" onClick={() => setOpened("keys")}>
          <span aria-hidden="true" className="rail-sign">
            ⌨
          </span>{" "}
          <span>Keys</span> <kbd>?</kbd>
        </button>
        <a href="/docs" title="Guide">
          <span aria-hidden="true" className="rail-sign">
            ?
          </span>{" "}
          <span>Guide</span>
        </a>
        <button type="button" className="plain" title={`Theme: ${shown}`} onClick={turn}>
          <span aria-hidden="true" className="rail-sign">
            ◐
          </span>{" "}
          <span>Theme: {shown}</span>
        </button>
      </Rail>
      <header className="top">
        <RailButton />
        <CompanySwitcher />
        <LiveBadge />
        <UserMenu />
      </header>
      <main className="page" id="main" tabIndex={-1}>
        {stale && (
          <p className="notice late" role="note">
            This page was built of other sources than the server's. Run <code>./flow8core ui build</code> and start flow8 again.
          </p>
        )}
        <Switch>
          {SCREENS.map(({ path, show: Show }) => (
            <Route key={path} path={path}>
              {(params) => (
                <Suspense fallback={<p className="quiet">Loading …</p>}>
                  <Show params={params} />
                </Suspense>
              )}
            </Route>
          ))}
          <Route path="/">
            <Redirect to="/home" replace />
          </Route>
          <Route>
            <p className="notice">There is no such page.</p>
          </Route>
        </Switch>
      </main>
      {opened === "palette" && <Palette commands={keys} onClose={() => setOpened(null)} />}
      {opened === "keys" && <Shortcuts onClose={() => setOpened(null)} />}
      <SignIn />
      <Elsewhere />
    </div>
  );
}
