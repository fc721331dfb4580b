// What an import made beside the flow: channels, each with the token that nobody is shown again.
import { Link } from "wouter";
import type { Imported } from "../api/types";
import { Copy } from "../parts/parts";

export function Made({ made }: { made: Imported }) {
  return (
    <>
      <p>
        {made.version === null ? "It stands there as a draft." : `It is published as version ${made.version}.`} These channels came with it. A token is shown
        only now; copy it where you need it.
      </p>
      <ul className="flows-made">
        {made.channels.map((channel) => (
          <li key={channel.id}>
            <strong>{channel.name}</strong>{" "}
            <span className="quiet">
              {channel.kind}
              {channel.port !== null && `, port ${channel.port}`}
            </span>
            {channel.url && <code>{channel.url}</code>}
            {channel.authToken && (
              <span className="flows-token">
                <code>{channel.authToken}</code> <Copy text={channel.authToken}>Copy token</Copy>
              </span>
            )}
          </li>
        ))}
      </ul>
      <div className="buttons">
        <Link className="button main" href={`/flows/${made.flow.permanentId}`}>
          Open the flow
        </Link>
      </div>
    </>
  );
}
