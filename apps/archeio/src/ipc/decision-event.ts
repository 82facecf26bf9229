import type { ReasonCode, Route, Rule } from '@archeio/redirect';

/** The version of events and summaries. Readers refuse other versions. */
export const EVENT_SCHEMA = 1;

/** What a backend that the final plan considered was known to have. */
export interface ConsideredBackend {
  readonly backend: string;
  /** Null if it was not asked: upstreams, stores that need no check, unhealthy backends. */
  readonly presence: 'present' | 'absent' | 'unknown' | null;
}

/** What a decision depended on, and its result: the part of an event that a summary groups by. */
export interface DecisionGroup {
  /** The authority of the target, or else `Host`, in lower case; null without one. */
  readonly host: string | null;
  /** As sent. */
  readonly method: string;
  readonly rule: Rule;
  readonly kind: Route['kind'];
  /** Name of the repository as asked for, with a registry's prefix. */
  readonly name: string | null;
  /** Tag or digest. */
  readonly reference: string | null;
  /** In order of consideration. */
  readonly considered: readonly ConsideredBackend[];
  /** The backend that the client was redirected to; null without one. */
  readonly backend: string | null;
  /** The client's cloud; null if its network is unknown, or does not matter. */
  readonly cloud: string | null;
  readonly region: string | null;
}

/** One decision, as one line of JSON. Properties that do not apply are null. */
export interface DecisionEvent extends DecisionGroup {
  readonly event: 'decision';
  readonly schema: typeof EVENT_SCHEMA;
  /** Arrival of the request: RFC 3339, UTC, with milliseconds. */
  readonly time: string;
  readonly reason: ReasonCode;
  readonly status: number;
  /** From the arrival to the end of the answer. Three decimals. */
  readonly durationMs: number;
  /** Size of the blob as a backend reported it; null if unknown. */
  readonly bytes: number | null;
  /** First byte that the client asked for; 0 without a usable Range. */
  readonly rangeOffset: number;
  /** Number of requests that this one stands for; at least 1. */
  readonly weight: number;
  readonly requestId: string | null;
  /** ID that the requests of one pull share. */
  readonly pullId: string | null;
  readonly traceId: string | null;
  /** At most 256 characters. */
  readonly userAgent: string | null;
  /** The client's prefix or address. Only with `events.client`. */
  readonly client?: string;
}

/** The sum of all events of one group, as one line of JSON. */
export interface DecisionSummary extends DecisionGroup {
  readonly event: 'decision-summary';
  readonly schema: typeof EVENT_SCHEMA;
  /** Sum of the weights. */
  readonly requests: number;
  /** Sum of weight × bytes fetched. */
  readonly bytes: number;
  /** Sum of the weights of GETs for blobs whose size is unknown. */
  readonly unknownSizes: number;
}
