// Where on a line a moment stands. Long gaps in which nothing ran are folded, so that what did can be seen.

export interface Span {
  from: number;
  to: number;
}

/** A folded gap: where it stands on the line, and how long it was. */
export interface Gap {
  at: number;
  width: number;
  lasted: number;
}

export interface Scale {
  /** 0 at the beginning of the line, 1 at its end. */
  place: (moment: number) => number;
  gaps: Gap[];
  from: number;
  to: number;
}

const FOLDED = 0.04;
const LEAST_GAP_MS = 500;
const LEAST_SHARE = 0.15;

export function scaleOf(spans: readonly Span[], fold: boolean): Scale {
  const busy = merged(spans);
  const from = busy[0]?.from ?? 0;
  const to = busy.at(-1)?.to ?? from;
  const gaps = fold ? longGaps(busy, to - from) : [];
  const folded = gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const rest = Math.max(1, to - from - folded);
  const share = 1 - FOLDED * gaps.length;
  const place = (moment: number): number => {
    let shown = 0;
    let length = Math.max(0, Math.min(moment, to) - from);
    for (const gap of gaps) {
      if (moment <= gap.from) break;
      const inside = Math.min(moment, gap.to) - gap.from;
      length -= inside;
      shown += (inside / (gap.to - gap.from)) * FOLDED;
    }
    return shown + (length / rest) * share;
  };
  return { place, from, to, gaps: gaps.map((gap) => ({ at: place(gap.from), width: FOLDED, lasted: gap.to - gap.from })) };
}

/** Spans that overlap or touch as one, in the order of time. */
export function merged(spans: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else found.push({ ...span });
  }
  return found;
}

/** The gaps that take so much of the line that what ran could hardly be seen. */
function longGaps(busy: readonly Span[], whole: number): Span[] {
  const gaps = busy.slice(1).map((span, place) => ({ from: busy[place]!.to, to: span.from }));
  return gaps.filter((gap) => gap.to - gap.from >= LEAST_GAP_MS && gap.to - gap.from >= whole * LEAST_SHARE);
}
