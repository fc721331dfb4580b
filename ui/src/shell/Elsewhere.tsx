// Another tab of this browser went on as somebody else, or in another company: a page must not act there unseen.
import { useEffect, useRef, useState } from "react";
import { post } from "../api/client";
import { ErrorNotice } from "../parts/parts";
import { Dialog } from "./Dialog";
import { useBoot } from "./context";

const CHANNEL = "flow8.who";

interface Who {
  userId: string;
  companyId: string | null;
  words: string;
}

/** Tells other tabs who is here, and covers the page once another one says that it is somebody else, or elsewhere. */
export function Elsewhere() {
  const { me } = useBoot();
  const channel = useRef<BroadcastChannel | null>(null);
  const [other, setOther] = useState<Who | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const here = me.company?.name ?? "no company";
  const mine: Who = { userId: me.userId ?? "", companyId: me.company?.id ?? null, words: `${me.email ?? me.name} in ${here}` };
  useEffect(() => {
    const opened = new BroadcastChannel(CHANNEL);
    channel.current = opened;
    opened.onmessage = ({ data }: MessageEvent<Who>) => setOther(isSame(data, mine) ? null : data);
    opened.postMessage(mine);
    return () => opened.close();
  }, []);
  if (!other) return null;
  const back = async () => {
    try {
      await post("/auth/company", { body: { company: mine.companyId! } });
      channel.current?.postMessage(mine);
      setOther(null);
    } catch (refused) {
      setError(refused as Error);
    }
  };
  return (
    <Dialog title="Another tab went on elsewhere" onClose={() => undefined} stays>
      <p>
        This browser is now <strong>{other.words}</strong>. This page is of <strong>{mine.words}</strong>: what it asked for now would be done there.
      </p>
      {error && <ErrorNotice error={error} />}
      <div className="buttons">
        <button type="button" className="main" onClick={() => window.location.assign("/")}>
          Go on as {other.words}
        </button>
        {other.userId === mine.userId && mine.companyId !== null && (
          <button type="button" onClick={() => void back()}>
            Back to {here}
          </button>
        )}
      </div>
    </Dialog>
  );
}

function isSame(one: Who, other: Who): boolean {
  return one.userId === other.userId && one.companyId === other.companyId;
}
