// The cards and lines of the canvas, as React Flow takes them.
import type { Edge as Line } from "@xyflow/react";
import type { RefObject } from "react";
import type { Problem } from "../../forms/types";
import type { Testing } from "../../settings/types";
import { HEIGHT, WIDTH } from "../model/layout";
import { membersOf, scopeOf, stagesWithin, type Edge } from "../model/order";
import type { Place } from "../model/places";
import type { FlowText } from "../model/types";
import type { CardNode } from "./Card";

interface Drawn {
  text: FlowText;
  places: ReadonlyMap<string, Place>;
  problems: readonly Problem[];
  ref: string | null;
  testing: Testing;
  mayChange: boolean;
  add: CardNode["data"]["add"];
  wantsFocus: RefObject<boolean>;
}

export function cardsOf({ text, places, problems, ref, testing, mayChange, add, wantsFocus }: Drawn): CardNode[] {
  const wrong = countsOf(problems);
  const stages = stagesOf(text);
  const first = text.flowlets[0]?.ref;
  return text.flowlets.flatMap((flowlet, place) => {
    const position = places.get(flowlet.ref);
    if (!position) return [];
    const isHere = flowlet.ref === ref;
    return {
      id: flowlet.ref,
      type: "flowlet" as const,
      position,
      width: WIDTH,
      height: HEIGHT,
      zIndex: isHere ? 10 : 0,
      data: {
        flowlet,
        isHere,
        isFirst: ref === null && flowlet.ref === first,
        stage: stages.get(flowlet.ref) ?? 0,
        problems: wrong.get(place) ?? 0,
        layer: testing.layers.get(flowlet.ref),
        isPinned: testing.pins.has(flowlet.ref),
        mayChange,
        add,
        wantsFocus,
      },
    };
  });
}

/** The cards, each being the same object as before unless something about it changed. */
export function withSameCards(before: readonly CardNode[], cards: readonly CardNode[]): CardNode[] {
  return withSame(before, cards, (a, b) => isAlike(a.position, b.position) && isAlike(a.data, b.data) && a.zIndex === b.zIndex);
}

export function withSameLines(before: readonly Line[], lines: readonly Line[]): Line[] {
  return withSame(before, lines, (a, b) => a.className === b.className);
}

function withSame<T extends { id: string }>(before: readonly T[], now: readonly T[], isSame: (a: T, b: T) => boolean): T[] {
  const known = new Map(before.map((each) => [each.id, each]));
  return now.map((each) => {
    const old = known.get(each.id);
    return old && isSame(old, each) ? old : each;
  });
}

function isAlike(a: object, b: object): boolean {
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([name, value]) => right.get(name) === value);
}

function countsOf(problems: readonly Problem[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { path } of problems) {
    const place = Number(/^flowlets\[(\d+)\]/.exec(path)?.[1] ?? -1);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return counts;
}

function stagesOf(text: FlowText): Map<string, number> {
  const scopes = new Set(text.flowlets.map(scopeOf));
  return new Map([...scopes].flatMap((scope) => [...stagesWithin(membersOf(text.flowlets, scope))]));
}

/** Lines of the order, and of the data of what is chosen or pointed at. */
export function linesOf(order: readonly Edge[], data: readonly Edge[], ref: string | null, hovered: string | null, line: string | null): Line[] {
  const isTouched = ({ from, to }: Edge) => [from, to].some((each) => each === ref || each === hovered);
  return [
    ...order.map(({ from, to }) => ({
      id: `${from} ${to}`,
      source: from,
      target: to,
      focusable: false,
      className: line === `${from} ${to}` ? "editor-order editor-picked" : "editor-order",
    })),
    ...data.filter(isTouched).map(({ from, to }) => ({
      id: `data ${from} ${to}`,
      source: from,
      target: to,
      focusable: false,
      selectable: false,
      interactionWidth: 0,
      className: "editor-data",
      zIndex: 5,
    })),
  ];
}
