// What one can do with a play: play it again, whole or from a step; stop it, hold it; set it beside another.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { ApiError, post } from "../api/client";
import type { Play } from "../api/types";
import { may } from "../boot";
import { ErrorNotice, useOneAtATime } from "../parts/parts";
import { isOver } from "../parts/states";
import { Dialog } from "../shell/Dialog";
import { useBoot } from "../shell/context";
import { useKeys } from "../shell/keys";
import { Choose } from "./Choose";
import { RerunForm, type Wish } from "./RerunForm";
import { refOf } from "./model";

type Hand = "cancel" | "hold" | "resume";

export function Actions({ play, step }: { play: Play; step: string | null }) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const { me } = useBoot();
  const [error, setError] = useState<Error | null>(null);
  const [opened, setOpened] = useState<"rerun" | "compare" | null>(null);
  const alone = useOneAtATime();
  const [unsure, setUnsure] = useState<{ wish: Wish; why: string } | null>(null);
  const over = isOver(play.state);
  const from = step !== null && !step.includes("#") && play.layers.some((layer) => layer.layerId === step) ? step : null;

  const attempt = (deed: () => Promise<unknown>) =>
    alone(async () => {
      setError(null);
      await deed().catch(setError);
    });
  const rerun = (wish: Wish) =>
    attempt(async () => {
      try {
        const made = await post("/plays/{play_id}/rerun", { path: { play_id: play.id }, body: wish });
        navigate(`/plays/${made.playId}`);
      } catch (refused) {
        if (!(refused instanceof ApiError && refused.code === "IRREVERSIBLE_AGAIN")) throw refused;
        setUnsure({ wish, why: refused.message });
      }
    });
  const ask = (hand: Hand) =>
    attempt(async () => {
      await post(`/plays/{play_id}/${hand}`, { path: { play_id: play.id } });
      await client.invalidateQueries({ queryKey: ["play", play.id] });
    });
  const mayRun = may(me, "run");
  useKeys("Actions", [
    ...(over && mayRun
      ? [
          { keys: "r", label: "Rerun", run: () => void rerun({}) },
          { keys: "Shift R", label: "Rerun from the step", run: () => from && void rerun({ from }) },
        ]
      : []),
    { keys: "c", label: "Compare with another play", run: () => setOpened("compare") },
    { keys: "e", label: "Open in the editor with its data", run: () => navigate(inEditor(play, step)) },
  ]);
  return (
    <>
      <div className="buttons">
        {over && mayRun && (
          <>
            <button type="button" className="main" onClick={() => void rerun({})}>
              Rerun
            </button>
            {from && (
              <button type="button" onClick={() => void rerun({ from })}>
                Rerun from {from}
              </button>
            )}
            <button type="button" onClick={() => setOpened("rerun")}>
              Rerun with …
            </button>
          </>
        )}
        {!over && mayRun && (
          <>
            <button type="button" onClick={() => void ask("cancel")}>
              Cancel
            </button>
            <button type="button" onClick={() => void ask(play.state === "ON_HOLD" ? "resume" : "hold")}>
              {play.state === "ON_HOLD" ? "Resume" : "Hold"}
            </button>
          </>
        )}
        <button type="button" onClick={() => setOpened("compare")}>
          Compare …
        </button>
        <Link className="button" href={inEditor(play, step)} title="With what this play was given and gave at hand (e)">
          Open in the editor
        </Link>
      </div>
      {error && opened !== "rerun" && <ErrorNotice error={error} />}
      {opened === "rerun" && (
        <RerunForm
          play={play}
          refused={error}
          onClose={() => {
            setOpened(null);
            setError(null);
          }}
          onWish={(wish) => void rerun(wish)}
        />
      )}
      {opened === "compare" && <Choose play={play} onClose={() => setOpened(null)} />}
      {unsure && (
        <Dialog title="Do it a second time?" onClose={() => setUnsure(null)}>
          <p>{unsure.why}</p>
          <div className="buttons">
            <button
              type="button"
              className="main"
              onClick={() => {
                setUnsure(null);
                void rerun({ ...unsure.wish, confirmed: true });
              }}
            >
              Rerun all the same
            </button>
            <button type="button" onClick={() => setUnsure(null)}>
              Leave it
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** The editor with the data of this play, at the step that one looks at. */
function inEditor(play: Play, step: string | null): string {
  const at = step === null ? "" : `&at=${encodeURIComponent(refOf(step))}&open=settings`;
  return `/flows/${encodeURIComponent(play.flow)}/edit?play=${play.id}${at}`;
}
