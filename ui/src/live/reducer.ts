// Brings a play up to date with its events, from wherever they come: asked for again and again, or by socket.
import type { LayerOfPlay, Play, PlayEvent } from "../api/types";
import { isOver } from "../parts/states";

export interface Applied {
  play: Play;
  /** Something happened of which the event does not tell everything, so the play should be asked for whole. */
  isPartial: boolean;
}

const BEGUN = "play:layer:started";
const TELLS_ALL = new Set([BEGUN, "play:started", "play:layer:completed"]);

/** The play after these events. What is older than what the play already says changes nothing. */
export function applied(play: Play, events: readonly PlayEvent[]): Applied {
  // Flowlets inside a loop have no layer of their own, so no event is of their rows.
  const layers = new Map(play.layers.flatMap((layer) => (layer.layerId === null ? [] : [[layer.layerId, layer] as const])));
  let isPartial = false;
  let state = play.state;
  let startedAt = play.startedAt;
  for (const event of events) {
    const layer = event.layerId === null ? undefined : layers.get(event.layerId);
    if (event.layerId === null) {
      // Of a play that was only accepted nobody may say that it runs: it waits until a worker begins a layer.
      if (event.type === "play:started") isPartial ||= event.state === "RUN" && state === "NEW";
      else isPartial = true;
    } else if (!layer) isPartial = true;
    else if (isNews(layer, event)) {
      layers.set(event.layerId, changed(layer, event));
      if (event.type === BEGUN && !isOver(state)) {
        startedAt ??= event.timestamp;
        state = "RUN";
      }
      isPartial ||= !TELLS_ALL.has(event.type) || layer.loop !== null;
    }
  }
  return { play: { ...play, state, startedAt, layers: play.layers.map((each) => (each.layerId !== null && layers.get(each.layerId)) || each) }, isPartial };
}

/** Of what was told, the events that follow on one another behind a position; whether one between them is missing. */
export function following(told: readonly PlayEvent[], seq: number): { events: PlayEvent[]; isGap: boolean } {
  const events: PlayEvent[] = [];
  for (const event of [...told].sort((a, b) => a.seq - b.seq)) {
    const last = events.at(-1)?.seq ?? seq;
    if (event.seq > last + 1) return { events, isGap: true };
    if (event.seq === last + 1) events.push(event);
  }
  return { events, isGap: false };
}

function isNews(layer: LayerOfPlay, event: PlayEvent): boolean {
  if (isOver(layer.state)) return false;
  const isLater = layer.startedAt === null || event.timestamp > layer.startedAt;
  return isLater || (event.type !== BEGUN && event.state !== layer.state);
}

function changed(layer: LayerOfPlay, event: PlayEvent): LayerOfPlay {
  const state = event.state ?? layer.state;
  if (event.type === BEGUN) {
    const attempts = layer.state === "RUN" ? layer.attempts : layer.attempts + 1;
    return { ...layer, state, attempts, startedAt: layer.startedAt ?? event.timestamp };
  }
  if (!isOver(state)) return { ...layer, state };
  const durationMs = layer.startedAt === null ? null : Date.parse(event.timestamp) - Date.parse(layer.startedAt);
  return { ...layer, state, endedAt: event.timestamp, durationMs };
}
