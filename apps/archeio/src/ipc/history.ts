/** The answer of `/api/history`, and the data of the event `step`. Times are milliseconds since 1970. */
export interface History {
  readonly schema: 1;
  readonly stepMs: number;
  /** End of the newest complete step. */
  readonly untilMs: number;
  /** Length of every array, oldest step first. */
  readonly steps: number;
  readonly requests: StepValues;
  /** Answers with status 5xx except 503, which only health checks get, and internal errors. */
  readonly errors: StepValues;
  /** Redirects of blobs, by kind of backend. */
  readonly blobs: { readonly stores: StepValues; readonly upstreams: StepValues };
  readonly decisionSeconds: { readonly p50: StepValues; readonly p99: StepValues };
  readonly checks: { readonly count: StepValues; readonly p99Seconds: StepValues };
  readonly backends: readonly BackendHistory[];
  readonly flows: readonly Flow[];
  /** Oldest first. */
  readonly changes: readonly Change[];
}

/** Null for a step without data. */
export type StepValues = readonly (number | null)[];

/** The arrays are empty without traffic in the range. */
export interface BackendHistory {
  readonly name: string;
  readonly kind: 'store' | 'upstream';
  readonly decisions: StepValues;
  readonly bytes: StepValues;
  readonly usd: StepValues;
  /** What the same bytes would have cost from the upstream; null if the backend or every upstream has no price. */
  readonly upstreamUsd: StepValues | null;
  /** Redirects of blobs with GET whose size is not known: their bytes and dollars are not counted. */
  readonly unknownSizes: StepValues;
}

/** Traffic from a region to a backend, summed over the range. */
export interface Flow {
  /** Empty if the client's network is unknown. */
  readonly cloud: string;
  readonly region: string;
  readonly backend: string;
  readonly requests: number;
  /** Requests for blobs, among them. */
  readonly blobs: number;
  readonly bytes: number;
}

/** The answer of `/api/flows`: the flows of a range, without the rest of its history. */
export interface Flows extends Pick<History, 'schema' | 'stepMs' | 'untilMs' | 'steps' | 'flows'> {}

/** A change that may explain a change of the values. */
export interface Change {
  readonly atMs: number;
  readonly kind: 'backend' | 'reload' | 'ranges' | 'start';
  readonly text: string;
  /** Only of the kind `backend`. */
  readonly backend?: string;
  readonly state?: 'up' | 'down';
}

/** The ranges of `/api/history`: the hour in steps of 10 s, the day in steps of 5 min. */
export const HISTORY_RANGES = Object.freeze({
  hour: Object.freeze({ stepMs: 10_000, steps: 360 }),
  day: Object.freeze({ stepMs: 300_000, steps: 288 }),
});

export type HistoryRange = keyof typeof HISTORY_RANGES;
