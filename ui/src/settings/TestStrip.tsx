// Test the draft on the screen, and what each flowlet did.
import { useId, useMemo, useState } from "react";
import { Link } from "wouter";
import type { FlowText } from "../editor/model/types";
import { SchemaForm } from "../forms/SchemaForm";
import type { JsonSchema, Problem } from "../forms/types";
import { ApiError } from "../api/client";
import { ErrorNotice, State } from "../parts/parts";
import { duration } from "../parts/times";
import { useUrl } from "../shell/url";
import "../style/settings-around.css";
import { testable } from "./testable";
import type { Testing } from "./types";

export interface StripProps {
  flow: string;
  text: FlowText;
  chosen: string | null;
  testing: Testing;
  /** A test runs a draft, which is for those who may change it. */
  mayTest: boolean;
  onChoose: (ref: string) => void;
}

const ANY: JsonSchema = { title: "Args", description: "What `$args` is, as JSON." };
const MOST = 60;
const READER = "Who may change the flow may test it.";

export function TestStrip({ text, chosen, testing, mayTest, onChoose }: StripProps) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const isBusy = testing.state === "starting" || testing.state === "running";
  const isOff = isBusy || !mayTest || text.flowlets.length === 0;
  const { only, upTo } = testable(text, chosen);
  const schema = (text.input as JsonSchema | undefined) ?? ANY;
  const problems = useMemo(() => argsProblems(testing.error), [testing.error]);
  const isAsking = isOpen || problems.length > 0;
  return (
    <section className="settings-strip" aria-label="Test">
      <div className="settings-strip-line">
        <button type="button" className="main" disabled={isOff} title={mayTest ? "Ctrl Shift Enter" : READER} onClick={() => void testing.run()}>
          Test all
        </button>
        <button type="button" disabled={isOff || chosen === null || upTo !== null} title={upTo ?? "All before it, then it"} onClick={() => void testing.run(chosen!)}>
          Test up to here
        </button>
        <button type="button" disabled={isOff || chosen === null || only !== null} title={only ?? "Ctrl Enter: it alone, with the last data of those before it"} onClick={() => void testing.run(undefined, chosen!)}>
          Test this
        </button>
        <button type="button" disabled={!mayTest} aria-expanded={isAsking} aria-controls={id} onClick={() => setIsOpen(!isOpen)}>
          Args {isAsking ? "▾" : "▸"}
        </button>
        <Verdict testing={testing} mayTest={mayTest} />
      </div>
      {isAsking && (
        <div id={id} className="settings-args">
          <SchemaForm schema={schema} value={testing.args} onChange={testing.setArgs} problems={problems} path="args" />
        </div>
      )}
      {testing.error && !problems.length && <ErrorNotice error={testing.error} />}
      {testing.play && <Results text={text} chosen={chosen} testing={testing} onChoose={onChoose} />}
    </section>
  );
}

function Verdict({ testing, mayTest }: { testing: Testing; mayTest: boolean }) {
  const { play, state, from } = testing;
  const [params] = useUrl();
  const pins = testing.pins.size;
  return (
    <span className="settings-said" role="status">
      {state === "starting" && "Starting …"}
      {play && state !== "starting" && (
        <>
          {from === "test" ? "Test" : params.get("play") === play.id ? `Data of ${play.title ?? "a play"}` : "Last play"} <State state={play.state} /> {play.durationMs !== null && duration(play.durationMs)}{" "}
          <Link href={`/plays/${play.id}`}>Open the play</Link>
        </>
      )}
      {!play && state === "idle" && <span className="quiet">{mayTest ? "A test runs the draft you see. What its flowlets do to the world is done." : READER}</span>}
      {pins > 0 && <span className="settings-pinned-count">{pins === 1 ? "1 pin" : `${pins} pins`}, used in tests only</span>}
    </span>
  );
}

function Results({ text, chosen, testing, onChoose }: Omit<StripProps, "flow" | "mayTest">) {
  const shown = text.flowlets.filter((each) => testing.layers.has(each.ref) || testing.pins.has(each.ref));
  return (
    <ul className="settings-results">
      {shown.slice(0, MOST).map(({ ref }) => {
        const layer = testing.layers.get(ref);
        return (
          <li key={ref}>
            <button type="button" aria-pressed={ref === chosen} onClick={() => onChoose(ref)} title={layer?.error?.message}>
              <span>{ref}</span> {testing.pins.has(ref) && <span className="settings-pinned-mark">pinned</span>}
              {layer?.state && <State state={layer.state} brief />}
              {layer?.durationMs != null && <span className="quiet">{duration(layer.durationMs)}</span>}
              {layer?.error && <span className="settings-cause">{layer.error.message.slice(0, 60)}</span>}
            </button>
          </li>
        );
      })}
      {shown.length > MOST && <li className="quiet">and {shown.length - MOST} more in the play</li>}
    </ul>
  );
}

/** What was wrong with the args, which the form can show at their fields. */
function argsProblems(error: Error | null): readonly Problem[] {
  if (!(error instanceof ApiError) || error.status !== 422) return [];
  return error.details.filter((each) => each.path === "args" || /^args[.[]/.test(each.path));
}
