// Places of cards on the canvas, and which card an arrow key leads to.

export interface Place {
  x: number;
  y: number;
}

export type Way = "left" | "right" | "up" | "down";

/** The card that an arrow key leads to: the nearest of the next column, or of the same one. */
export function neighbour(places: ReadonlyMap<string, Place>, ref: string | null, way: Way): string | null {
  const here = ref === null ? undefined : places.get(ref);
  if (!here) return firstOf(places);
  const others = [...places].filter(([each]) => each !== ref);
  const sideways = way === "left" || way === "right";
  const sign = way === "left" || way === "up" ? -1 : 1;
  const ahead = others.filter(([, place]) => {
    const [dx, dy] = [(place.x - here.x) * sign, (place.y - here.y) * sign];
    return sideways ? dx > 1 : Math.abs(dx) <= 1 && dy > 0;
  });
  const nearest = ahead.map(([each, place]) => ({ each, near: Math.abs(place.x - here.x) * (sideways ? 1e6 : 0) + Math.abs(place.y - here.y) }));
  nearest.sort((a, b) => a.near - b.near);
  return nearest[0]?.each ?? null;
}

function firstOf(places: ReadonlyMap<string, Place>): string | null {
  const sorted = [...places].sort(([, a], [, b]) => a.x - b.x || a.y - b.y);
  return sorted[0]?.[0] ?? null;
}
