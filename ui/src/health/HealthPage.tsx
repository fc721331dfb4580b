// How flow8 stands: a verdict in one line, the reasons with what mends them, then the figures behind it.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link, useLocation } from "wouter";
import { get } from "../api/client";
import type { Recent, Status } from "../api/types";
import { useConnection } from "../live/connection";
import { Copy, ErrorNotice, useNow } from "../parts/parts";
import { look } from "../parts/states";
import { duration } from "../parts/times";
import { Histogram } from "../plays/Histogram";
import { useBoot } from "../shell/context";
import { useKeys } from "../shell/keys";
import "../style/health.css";
import { Failures, Slowest } from "./Tables";
import { checksOf, depth, reasons, report, type Ready, type Reason } from "./verdict";

const LOOK_MS = 5_000;
const MINUTE_MS = 60_000;
const SHOWN_MINUTES = 60;

export function HealthPage() {
  const isAdmin = useBoot().me.rights.includes("administer");
  const ready = useQuery({ queryKey: ["health", "ready"], queryFn: askReady, refetchInterval: LOOK_MS, retry: false });
  const status = useQuery({
    queryKey: ["health", "status"],
    queryFn: ({ signal }) => get("/system/status", { signal }),
    enabled: isAdmin,
    refetchInterval: LOOK_MS,
    retry: false,
  });
  const recent = useQuery({
    queryKey: ["health", "recent"],
    queryFn: ({ signal }) => get("/system/recent", { signal }),
    enabled: isAdmin,
    refetchInterval: 3 * LOOK_MS,
    retry: false,
  });
  const look = () => void Promise.all([ready.refetch(), status.refetch(), recent.refetch()]);
  const found = reasons(ready.data ?? null, status.data ?? null);
  const text = report(ready.data ?? null, status.data ?? null, recent.data ?? null, navigator.userAgent);
  useKeys("Health", [
    { keys: "r", label: "Look again", run: look },
    ...(isAdmin ? [{ keys: "", label: "Copy a report for a bug", run: () => void navigator.clipboard?.writeText(text) }] : []),
  ]);
  return (
    <div className="health">
      <div className="health-head">
        <h1>Health</h1>
        <span className="health-end">
          <button type="button" onClick={look}>
            Look again
          </button>
          {isAdmin && <Copy text={text}>Copy report</Copy>}
        </span>
      </div>
      {ready.isPending || (isAdmin && status.isPending) ? <p className="quiet">Looking …</p> : <Verdict found={found} error={ready.error ?? status.error} />}
      {ready.isError && <ErrorNotice error={ready.error} retry={look} />}
      {status.isError && <ErrorNotice error={status.error} retry={look} />}
      {found.length > 0 && (
        <ul className="health-reasons">
          {found.map((reason) => (
            <Why key={reason.words} reason={reason} />
          ))}
        </ul>
      )}
      {ready.data && <Checks ready={ready.data} />}
      {status.data && <Figures status={status.data} recent={recent.data ?? null} />}
      {isAdmin ? <PerMinute /> : <p className="notice">The figures are for administrators of the company; whether flow8 works, everybody may see.</p>}
      {recent.isError && <ErrorNotice error={recent.error} retry={() => void recent.refetch()} />}
      {recent.data && (
        <div className="health-two">
          <Slowest recent={recent.data} />
          <Failures recent={recent.data} />
        </div>
      )}
      <p className="quiet">
        For monitoring: <a href="/metrics">/metrics</a>, <a href="/readyz">/readyz</a>, <a href="/livez">/livez</a>. On the machine itself: <code>./flow8core doctor</code>.
      </p>
    </div>
  );
}

async function askReady({ signal }: { signal: AbortSignal }): Promise<Ready> {
  const answer = await fetch("/readyz", { signal, headers: { Accept: "application/json" } });
  return (await answer.json()) as Ready;
}

function Verdict({ found, error }: { found: readonly Reason[]; error: Error | null }) {
  const grave = found.filter((each) => each.grave).length;
  const [colour, sign, words] = error
    ? ["bad", "✕", "It cannot be told how flow8 stands."]
    : grave
      ? ["bad", "✕", grave === 1 ? "Something keeps flow8 from working." : `${grave} things keep flow8 from working.`]
      : found.length
        ? ["late", "⚠", found.length === 1 ? "It works, but look at one thing." : `It works, but look at ${found.length} things.`]
        : ["good", "✓", "All is well."];
  return (
    <p className={`notice ${colour} health-verdict`} role="status">
      <span aria-hidden="true">{sign}</span> <strong>{words}</strong>
    </p>
  );
}

function Why({ reason }: { reason: Reason }) {
  return (
    <li className={reason.grave ? "health-grave" : undefined}>
      <p>{reason.words}</p>
      {reason.run && (
        <p>
          <code>{reason.run}</code> <Copy text={reason.run}>Copy</Copy>
        </p>
      )}
      {reason.see && (
        <p>
          <Link href={reason.see.path}>{reason.see.words}</Link>
        </p>
      )}
    </li>
  );
}

function Checks({ ready }: { ready: Ready }) {
  return (
    <ul className="health-checks" aria-label="What this web process says of itself">
      {checksOf(ready).map(({ name, word, isWell }) => (
        <li key={name} className={isWell ? undefined : "health-ill"}>
          <span aria-hidden="true">{isWell ? "✓" : "✕"}</span> {name}: <span className="quiet">{word}</span>
        </li>
      ))}
    </ul>
  );
}

function Figures({ status, recent }: { status: Status; recent: Recent | null }) {
  const connection = useConnection();
  const waiting = status.oldestNewSeconds ? `, the oldest for ${duration(status.oldestNewSeconds * 1000)}` : "";
  return (
    <dl className="health-figures">
      <Figure name="Queue" value={String(depth(status))} told={`plays wait for a worker${waiting}`} />
      <Figure name="Under way" value={String(status.plays.RUN ?? 0)} told={standing(status)} />
      <Figure name="Wait for a worker" value={recent?.waits ? duration(recent.waits.p95Ms) : "–"} told={waits(recent)} />
      <Figure name="MongoDB" value={recent ? duration(recent.mongodbMs) : "–"} told="for two questions" />
      <Figure name="Live sockets" value={recent ? String(recent.sockets) : "–"} told={`of this web process; this page is ${connection}`} />
      <Figure name="Scheduler" value={status.schedulerLeads ? "leads" : "none"} told={`broker: ${status.broker === "rabbitmq" ? "RabbitMQ" : "MongoDB"}; lanes: ${status.lanes.join(", ")}`} />
    </dl>
  );
}

function standing(status: Status): string {
  const parts = ["WAIT", "DEFERRED", "ON_HOLD"].filter((state) => status.plays[state]).map((state) => `${status.plays[state]} ${look(state).word.toLowerCase()}`);
  return parts.length ? `besides ${parts.join(", ")}` : "and none that waits for anything";
}

function waits(recent: Recent | null): string {
  if (!recent?.waits) return "no play began in the last hour";
  return `95 of 100 plays or faster; half of them ${duration(recent.waits.p50Ms)}, the longest ${duration(recent.waits.longestMs)}`;
}

function Figure({ name, value, told }: { name: string; value: string; told: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        <span className="quiet">{told}</span>
      </dd>
    </div>
  );
}

function PerMinute() {
  const [, navigate] = useLocation();
  const minute = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  const query = useMemo(
    () => ({
      state: [],
      flow: undefined,
      trigger: undefined,
      text: undefined,
      from: new Date(minute - (SHOWN_MINUTES - 1) * MINUTE_MS).toISOString(),
      to: new Date(minute + MINUTE_MS).toISOString(),
    }),
    [minute],
  );
  return (
    <section aria-labelledby="minutes">
      <h2 id="minutes">Plays of each minute, for an hour</h2>
      <Histogram query={query} choose={(from, to) => navigate(`/plays?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`)} />
    </section>
  );
}
