// A JSON value to look through: rows by need, keys to walk, a search that opens what it finds.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { Copy } from "../parts/parts";
import { Dialog } from "../shell/Dialog";
import type { Source } from "./source";
import type { TreeRow } from "./tree";

const ROW = 22;
const WINDOW = 60;

/** Rows can be picked: each is a path that begins with `base`. */
export interface Picking {
  base: string;
  pick: (path: string) => void;
  /** The type under which a dragged row gives its path. */
  dragged: string;
}

export function JsonTree({ source, label, picking }: { source: Source; label: string; picking?: Picking }) {
  const box = useRef<HTMLDivElement>(null);
  const name = useId();
  const [length, setLength] = useState(0);
  const [part, setPart] = useState<{ from: number; rows: TreeRow[] }>({ from: 0, rows: [] });
  const [at, setAt] = useState(0);
  const [version, setVersion] = useState(0);
  const [goal, setGoal] = useState<{ place: number } | null>(null);
  const [found, setFound] = useState<{ count: number; n: number } | null>(null);
  const [whole, setWhole] = useState<{ text: string; path: string } | null>(null);
  const virtual = useVirtualizer({ count: length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 10 });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;

  useEffect(() => {
    let isOff = false;
    void source.length().then((count) => !isOff && setLength(count));
    return () => void (isOff = true);
  }, [source]);
  useEffect(() => {
    let isOff = false;
    const from = Math.max(0, first - WINDOW / 2);
    void source.slice(from, from + WINDOW * 2).then((rows) => !isOff && setPart({ from, rows }));
    return () => void (isOff = true);
  }, [source, Math.floor(first / 10), length, version]);

  // Only once it is drawn again is the list as long as the place that it is to show.
  useEffect(() => {
    if (goal) virtual.scrollToIndex(goal.place, { align: "center" });
  }, [goal]);

  const rowAt = (place: number) => part.rows[place - part.from];
  const move = (place: number) => {
    const next = Math.max(0, Math.min(length - 1, place));
    setAt(next);
    virtual.scrollToIndex(next, { align: "auto" });
  };
  const toggle = async (place: number) => {
    setLength(await source.toggle(place));
    setVersion((before) => before + 1);
  };
  const look = async (wanted: string) => {
    const { count } = await source.find(wanted);
    setFound(wanted ? { count, n: 0 } : null);
    if (count) await reveal(0);
  };
  const reveal = async (n: number) => {
    const shown = await source.reveal(n);
    setLength(shown.length);
    setVersion((before) => before + 1);
    setFound((before) => before && { ...before, n });
    setAt(shown.place);
    setGoal({ place: shown.place });
  };
  const step = (by: number) => found && found.count > 0 && void reveal((found.n + by + found.count) % found.count);
  const hear = (event: KeyboardEvent) => {
    const row = rowAt(at);
    const does: Record<string, () => void> = {
      ArrowDown: () => move(at + 1),
      ArrowUp: () => move(at - 1),
      Home: () => move(0),
      End: () => move(length - 1),
      PageDown: () => move(at + 20),
      PageUp: () => move(at - 20),
      ArrowRight: () => (row?.count && !row.isOpen ? void toggle(at) : move(at + 1)),
      ArrowLeft: () => (row?.isOpen ? void toggle(at) : void source.parentOf(at).then(move)),
      Enter: () => (row && picking ? picking.pick(pathIn(picking, row)) : row?.count ? void toggle(at) : void source.whole(at).then(setWhole)),
    };
    const run = event.ctrlKey || event.metaKey || event.altKey ? undefined : does[event.key];
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  return (
    <div className="tree">
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          step(1);
        }}
      >
        <input
          type="search"
          aria-label={`Find in ${label}`}
          placeholder="Find a key or a value …"
          onChange={(event) => void look(event.target.value.trim())}
        />
        {found && (
          <span role="status" className="quiet">
            {found.count ? `${found.n + 1} of ${found.count}${found.count >= 1000 ? " or more" : ""}` : "not found"}
          </span>
        )}
        {found !== null && found.count > 1 && (
          <>
            <button type="button" className="plain" onClick={() => step(-1)}>
              Before
            </button>
            <button type="submit" className="plain">
              Next
            </button>
          </>
        )}
      </form>
      <div
        ref={box}
        className="tree-rows"
        role="tree"
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={rowAt(at) && `${name}-${at}`}
        onKeyDown={hear}
      >
        <div style={{ height: virtual.getTotalSize() }} role="presentation">
          {items.map((item) => {
            const row = rowAt(item.index);
            return (
              row && (
                <div
                  key={item.key}
                  id={`${name}-${item.index}`}
                  role="treeitem"
                  aria-level={row.depth + 1}
                  aria-expanded={row.count ? row.isOpen : undefined}
                  aria-selected={item.index === at}
                  className="tree-row"
                  style={{ transform: `translateY(${item.start}px)`, paddingLeft: `${row.depth + 0.5}rem` }}
                  draggable={picking !== undefined}
                  onDragStart={(event) => {
                    if (!picking) return;
                    event.dataTransfer.setData(picking.dragged, pathIn(picking, row));
                    event.dataTransfer.setData("text/plain", `{{ ${pathIn(picking, row)} }}`);
                  }}
                  onClick={() => {
                    setAt(item.index);
                    if (row.count) void toggle(item.index);
                    else if (picking) picking.pick(pathIn(picking, row));
                    else if (row.isCut) void source.whole(item.index).then(setWhole);
                  }}
                >
                  <Line row={row} />
                  {picking && (
                    <button
                      type="button"
                      className="tree-pick"
                      tabIndex={-1}
                      aria-label={`Use ${pathIn(picking, row)}`}
                      title={pathIn(picking, row)}
                      onClick={(event) => {
                        event.stopPropagation();
                        picking.pick(pathIn(picking, row));
                      }}
                    >
                      use
                    </button>
                  )}
                </div>
              )
            );
          })}
        </div>
      </div>
      {whole && (
        <Dialog title={whole.path} onClose={() => setWhole(null)}>
          <pre className="whole-text">{whole.text.slice(0, 100_000)}</pre>
          {whole.text.length > 100_000 && <p className="quiet">{whole.text.length.toLocaleString()} characters; the first 100,000 are shown.</p>}
          <Copy text={whole.text}>Copy it all</Copy>
          <Copy text={whole.path}>Copy the path</Copy>
        </Dialog>
      )}
    </div>
  );
}

function pathIn(picking: Picking, row: TreeRow): string {
  return picking.base + row.path.slice(1);
}

function Line({ row }: { row: TreeRow }) {
  const holds = row.kind === "array" ? `[${row.count.toLocaleString()}]` : row.kind === "object" ? `{${row.count.toLocaleString()}}` : null;
  return (
    <>
      <span className="turn" aria-hidden="true">
        {row.count ? (row.isOpen ? "▾" : "▸") : ""}
      </span>
      {row.depth > 0 && <span className="key">{row.key}</span>}
      {row.depth > 0 && ": "}
      <span className={holds ? "quiet" : `value ${row.kind}`}>{holds ?? row.text}</span>
      {row.isCut && <span className="quiet"> … show all</span>}
    </>
  );
}
