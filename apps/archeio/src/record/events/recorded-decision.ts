import type { Backend, Decision, Facts, Presence } from '@archeio/redirect';

/** A decision to be written: the facts as they were collected, before they become text. */
export interface RecordedDecision {
  /** Time of arrival, in milliseconds of the clock. */
  readonly began: number;
  readonly host: string | undefined;
  readonly method: string;
  readonly decision: Decision;
  readonly facts: Facts;
  /** Backends in order of consideration; an upstream may occur twice, and the last presence counts. */
  readonly considered: readonly (readonly [Backend, Presence | undefined])[];
  /** Size of the blob in bytes; −1 if unknown. */
  readonly size: number;
  readonly cloud: string | undefined;
  readonly region: string | undefined;
  readonly status: number;
  readonly milliseconds: number;
  readonly range: string | undefined;
  readonly weight: number;
  readonly requestId: string | undefined;
  readonly pull: string | undefined;
  readonly traceId: string | undefined;
  readonly userAgent: string | undefined;
  /** The client's prefix or address; undefined if it is not to be written, or unknown. */
  readonly client: string | undefined;
  /** Backends that are never asked what they have. */
  readonly unasked: ReadonlySet<Backend>;
}
