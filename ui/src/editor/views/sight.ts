// What of the canvas is in sight: the beginning of a flow or what is chosen, never a picture too small to read.
import type { ReactFlowInstance } from "@xyflow/react";
import { HEIGHT, WIDTH } from "../model/layout";
import type { Place } from "../model/places";
import type { CardNode } from "./Card";

type Flow = ReactFlowInstance<CardNode>;

const MARGIN = 48;
const SMALLEST = 0.65;

/** All of the flow where that can be read, else what is chosen, else where it begins. */
export function lookAtFirst(flow: Flow, box: HTMLElement, places: ReadonlyMap<string, Place>, ref: string | null): void {
  const all = [...places.values()];
  if (all.length === 0) return;
  const [left, top] = [Math.min(...all.map(({ x }) => x)), Math.min(...all.map(({ y }) => y))];
  const width = Math.max(...all.map(({ x }) => x)) + WIDTH - left;
  const height = Math.max(...all.map(({ y }) => y)) + HEIGHT - top;
  const fits = Math.min((box.clientWidth - 2 * MARGIN) / width, (box.clientHeight - 2 * MARGIN) / height);
  const zoom = Math.max(SMALLEST, Math.min(1, fits));
  const x = fits >= SMALLEST ? (box.clientWidth - width * zoom) / 2 : MARGIN;
  void flow.setViewport({ x: x - left * zoom, y: (box.clientHeight - height * zoom) / 2 - top * zoom, zoom });
  bringIntoSight(flow, box, places.get(ref ?? ""));
}

/** Move the picture only when the card is not in sight. */
export function bringIntoSight(flow: Flow | null, box: HTMLElement | null, place: Place | undefined): void {
  if (!flow || !box || !place) return;
  const { x, y, zoom } = flow.getViewport();
  const [left, top] = [place.x * zoom + x, place.y * zoom + y];
  const isInSight = left >= 0 && top >= 0 && left + WIDTH * zoom <= box.clientWidth && top + HEIGHT * zoom <= box.clientHeight;
  if (!isInSight) void flow.setCenter(place.x + WIDTH / 2, place.y + HEIGHT / 2, { zoom });
}
