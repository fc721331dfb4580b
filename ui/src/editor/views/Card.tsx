// One flowlet on the canvas: what it is, how it went, what is wrong, and where another one can be added.
import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { memo, useEffect, useRef, type RefObject } from "react";
import type { LayerOfPlay } from "../../api/types";
import type { Where } from "../actions";
import type { Flowlet } from "../model/types";
import { Heard, LastData, Marks } from "./face";

export type CardNode = Node<
  {
    flowlet: Flowlet;
    isHere: boolean;
    isFirst: boolean;
    stage: number;
    problems: number;
    layer: LayerOfPlay | undefined;
    isPinned: boolean;
    mayChange: boolean;
    /** The same for all cards and at all times, as is `wantsFocus`: a card whose data stay is not drawn again. */
    add: (where: Where, ref: string) => void;
    wantsFocus: RefObject<boolean>;
  },
  "flowlet"
>;

export const Card = memo(function Card({ data }: NodeProps<CardNode>) {
  const { flowlet, isHere, isFirst, stage, problems, layer, isPinned, mayChange, add, wantsFocus } = data;
  const face = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isHere || !wantsFocus.current) return;
    wantsFocus.current = false;
    face.current?.focus({ preventScroll: true });
  }, [isHere, data, wantsFocus]);
  const looks = [isHere && "editor-here", flowlet.disabled && "editor-off", problems > 0 && "editor-wrong"].filter(Boolean).join(" ");
  return (
    <>
      <Handle type="target" position={Position.Left} />
      <div
        className={`editor-card ${looks}`}
        ref={face}
        role="button"
        aria-pressed={isHere}
        tabIndex={isHere || isFirst ? 0 : -1}
        title={flowlet.ref}
      >
        <strong>{flowlet.name ?? flowlet.ref}</strong>{" "}
        <span className="editor-marks">
          <Marks flowlet={flowlet} problems={problems} />
        </span>{" "}
        <span className="editor-sub quiet">{flowlet.appId}</span>{" "}
        <span className="editor-marks">
          <LastData layer={layer} isPinned={isPinned} />
        </span>{" "}
        <Heard flowlet={flowlet} stage={stage} problems={problems} />
      </div>
      {mayChange && (
        <>
          <button type="button" tabIndex={-1} className="editor-plus editor-plus-after nodrag" aria-label={`Add after ${flowlet.ref}`} onClick={adding("after")}>
            +
          </button>
          <button type="button" tabIndex={-1} className="editor-plus editor-plus-beside nodrag" aria-label={`Add in parallel to ${flowlet.ref}`} onClick={adding("parallel")}>
            +
          </button>
        </>
      )}
      <Handle type="source" position={Position.Right} />
    </>
  );

  function adding(where: Where) {
    return (event: React.MouseEvent) => {
      event.stopPropagation();
      add(where, flowlet.ref);
    };
  }
});
