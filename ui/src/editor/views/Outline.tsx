// The flow as a list in the order of its stages: a complete second way to edit, and the one of a phone.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useImperativeHandle, useMemo, useRef } from "react";
import { rowsOf, type Row } from "../model/order";
import type { Way } from "../model/places";
import { problemsAt } from "../model/uses";
import { Heard, LastData, Marks } from "./face";
import type { ViewProps } from "./views";

const ROW_PX = 44;

export function Outline({ editing, testing, handle, open }: ViewProps) {
  const { text, chosen, problems } = editing;
  const rows = useMemo(() => rowsOf(text.flowlets), [text.flowlets]);
  const places = useMemo(() => new Map(text.flowlets.map((each, place) => [each, place])), [text.flowlets]);
  const at = rows.findIndex((row) => row.flowlet === chosen);
  const list = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(true);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => list.current, estimateSize: () => ROW_PX, overscan: 8 });
  const focus = () => {
    if (at >= 0) virtual.scrollToIndex(at);
    wantsFocus.current = true;
    requestAnimationFrame(() => {
      if (!wantsFocus.current) return;
      wantsFocus.current = false;
      list.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    });
  };
  const go = (way: Way) => {
    const found = rows[nextRow(rows, at, way)];
    wantsFocus.current = true;
    if (found) editing.choose(found.flowlet.ref);
  };
  useImperativeHandle(handle, () => ({ go, focus, fit: () => virtual.scrollToIndex(0) }));
  // Whoever moved by key goes on from there; whoever writes in a field stays in it.
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
    const here = document.activeElement;
    if (here === document.body || list.current?.contains(here) || here?.id === "main") focus();
  }, [chosen?.ref]);
  return (
    <div className="editor-outline" ref={list} role="listbox" aria-label="Flowlets by stage">
      <div role="presentation" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index]!;
          const wrong = problemsAt(problems, places.get(row.flowlet)!).length;
          const isFirst = index === 0 || isOtherStage(rows[index - 1]!, row);
          return (
            <div
              key={key}
              role="option"
              aria-selected={index === at}
              data-ref={row.flowlet.ref}
              tabIndex={index === Math.max(at, 0) ? 0 : -1}
              className={`editor-row${row.flowlet.disabled ? " editor-off" : ""}${wrong ? " editor-wrong" : ""}`}
              style={{ transform: `translateY(${start}px)`, paddingLeft: `${0.5 + row.depth * 1.5}rem` }}
              onFocus={() => index !== at && editing.choose(row.flowlet.ref)}
              onClick={() => {
                editing.choose(row.flowlet.ref);
                open();
              }}
            >
              <span className="editor-stage" aria-hidden="true">{isFirst ? row.stage + 1 : ""}</span>
              <span className="editor-names">
                <strong>{row.flowlet.name ?? row.flowlet.ref}</strong> {row.flowlet.name && <code>{row.flowlet.ref}</code>} <span className="quiet">{row.flowlet.appId}</span>
              </span>
              <LastData layer={testing.layers.get(row.flowlet.ref)} isPinned={testing.pins.has(row.flowlet.ref)} /> <Marks flowlet={row.flowlet} problems={wrong} />{" "}
              <Heard flowlet={row.flowlet} stage={row.stage} problems={wrong} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Up and down go from row to row, left and right to the first of another stage. */
function nextRow(rows: readonly Row[], at: number, way: Way): number {
  if (at < 0) return 0;
  if (way === "up" || way === "down") return at + (way === "up" ? -1 : 1);
  const isFirst = (place: number) => place === 0 || isOtherStage(rows[place - 1]!, rows[place]!);
  if (way === "right") return rows.findIndex((row, place) => place > at && isOtherStage(row, rows[at]!));
  const last = rows.findLastIndex((row, place) => place < at && isOtherStage(row, rows[at]!));
  return rows.findLastIndex((_, place) => place <= last && isFirst(place));
}

function isOtherStage(a: Row, b: Row): boolean {
  return a.stage !== b.stage || a.depth !== b.depth;
}
