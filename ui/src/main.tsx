// Where the UI begins: boot data, the cache of answers, then the shell with its screens.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/client";
import { boot } from "./boot";
import { Shell } from "./shell/Shell";
import { BootContext } from "./shell/context";
import "./style/elements.css";
import "./style/shell.css";
import "./style/plays.css";
import "./style/play.css";
import "./style/waterfall.css";
import "./style/data.css";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1000,
      networkMode: "always",
      retry: (tries, error) => !(error instanceof ApiError && error.status >= 400) && tries < 2,
    },
  },
});

const root = createRoot(document.getElementById("root")!);
boot().then(
  (found) =>
    root.render(
      <QueryClientProvider client={client}>
        <BootContext value={found}>
          <Shell />
        </BootContext>
      </QueryClientProvider>,
    ),
  (error: Error) => root.render(<p className="notice bad">{error.message}</p>),
);
