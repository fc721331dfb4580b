// Said plainly above everything: whether somebody listens, and what stands in the way of who wants to come in.
import type { Channel, Reach } from "../api/types";

const BLOCKS = new Set(["OFF", "MCP_OFF", "PORT_PROBLEM", "NOT_LISTENED", "NO_ROUTE", "FLOW_GONE", "FLOW_NOT_PUBLISHED", "FLOW_DISABLED"]);

export function Notes({ channel, reach }: { channel: Channel; reach: Reach }) {
  const bad = reach.notes.filter((note) => BLOCKS.has(note.code));
  const rest = reach.notes.filter((note) => !BLOCKS.has(note.code));
  return (
    <div className="channels-notes">
      {bad.length === 0 && (
        <p className="notice good">
          <strong>Open.</strong> {reach.address ? `Something listens on ${reach.address}` : "It is served"}
          {channel.url && `, and the front answers at ${channel.url}/`}.
        </p>
      )}
      {bad.map((note) => (
        <p key={note.message} className={`notice ${note.code === "OFF" ? "" : "bad"}`}>
          {note.message}
        </p>
      ))}
      {rest.map((note) => (
        <p key={note.message} className="notice late">
          {note.message}
        </p>
      ))}
    </div>
  );
}
