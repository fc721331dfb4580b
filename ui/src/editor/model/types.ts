// The flow as the editor holds it: the same shape as the API's draft, the export file and the Code view.

export interface Filter {
  leftValue: unknown;
  operator: string;
  rightValue?: unknown;
  cast?: "string" | "number" | "boolean" | null;
  mode?: "and" | "or";
}

export interface Retry {
  count?: number;
  delayMs?: number;
  backoffMultiplier?: number;
  jitter?: boolean;
  maxDelayMs?: number;
}

/** One step. Fields that this editor does not know are kept as they are. */
export interface Flowlet {
  ref: string;
  appId: string;
  name?: string;
  args?: Record<string, unknown>;
  index?: number | null;
  after?: string[];
  inside?: string | null;
  filters?: Filter[];
  timeout?: number;
  retry?: Retry;
  onError?: "fail" | "continue" | "skip";
  needsApproval?: boolean;
  approval?: Record<string, unknown>;
  deferAfterMs?: number;
  componentConfigIds?: unknown;
  linkIdsByType?: unknown;
  lane?: string | null;
  disabled?: boolean;
  [other: string]: unknown;
}

export interface FlowText {
  flow?: string;
  name?: string;
  flowlets: Flowlet[];
  [other: string]: unknown;
}
