import type { ListedNames } from '@archeio/request-handler';
import type { Observation } from '@archeio/backend-health';
import type { Conditions } from './conditions.ts';
import type { EventBatch } from './event-batch.ts';
import type { ExplainQuery } from './explain-query.ts';
import type { PresenceStatus } from './status.ts';
import type { ServedConfiguration } from '@archeio/configuration';
import type { Prefix } from '@archeio/netip';
import type { Certificate } from '../platform/certificate/certificate.ts';
import type { MetricsSnapshot } from '../metrics/metrics-snapshot.ts';

/**
 * The two sides of serving: a worker answers requests, and the supervisor owns everything that all workers must agree on. They
 * share one process, or each worker has its own; everything that passes between them is plain data.
 */

/** A configuration with its ranges. It determines the numbers of backends. */
export interface Generation {
  /** Counts up from 1. */
  readonly number: number;
  readonly configuration: ServedConfiguration;
  /** A snapshot of the clouds' ranges, for `CloudRanges.decode`. */
  readonly ranges: Uint8Array;
}

/** A finding about a blob in a store, or about a manifest or blob in an upstream. */
export interface PresenceFinding {
  readonly at: 'store' | 'upstream';
  /** The backend's identity, which is stable across generations. */
  readonly identity: string;
  /** For a store, the blob's digest. */
  readonly key: string;
  readonly state: 'present' | 'absent';
  /** Bytes, −1 if unknown. */
  readonly size: number;
}

/** An observation of a backend while serving. */
export interface BackendObservation {
  readonly generation: number;
  readonly backend: number;
  readonly observation: Observation;
  /** Digest or reference in the request. */
  readonly subject: string;
  /** In words, for the log. */
  readonly saw: string;
}

/** The backends that the policy considered, and a blob that each store had, since the last notice. */
export interface Notice {
  readonly generation: number;
  readonly considered: readonly number[];
  readonly present: readonly (readonly [store: number, digest: string])[];
}

/** Messages of a worker to its supervisor, without answers. */
export interface SupervisorPort {
  observed(observation: BackendObservation): void;
  found(findings: readonly PresenceFinding[]): void;
  noticed(notice: Notice): void;
  /** Asks to try a backend again; the supervisor answers one worker with `tryAgain`. */
  wantsTrial(generation: number, backend: number): void;
  /** Decision events to write. The supervisor answers with `eventsTaken`; until then, the worker sends no more. */
  events(batch: EventBatch): void;
}

/** An inventory for a worker. */
export interface SentInventory {
  /** Identity: the store and the configuration of its inventory. */
  readonly id: string;
  /** A valid file of `archeio mirror inventory`; null withdraws the previous one. */
  readonly bytes: Uint8Array | null;
  /** Milliseconds for which it may still be used. */
  readonly usableFor: number;
}

/** A worker's report about itself. */
export interface WorkerReport {
  readonly pid: number;
  readonly metrics: MetricsSnapshot;
  readonly presence: PresenceStatus;
}

/** The port with plain HTTP that redirects to https. */
export interface RedirectListener {
  readonly host: string;
  readonly port: number;
  /** Port that clients use for https. */
  readonly to: number;
  /** Webroot of an ACME client; undefined if there is none. */
  readonly challenges: string | undefined;
}

/** Calls from a supervisor to a worker. */
export interface WorkerPort {
  /** Prepares a generation while the current one stays in use. Rejects if it cannot be served. */
  prepare(generation: Generation): Promise<void>;
  /** Switches new requests to this prepared generation. Resolves when done. */
  use(generation: number): Promise<void>;
  conditions(generation: number, conditions: Conditions): void;
  found(findings: readonly PresenceFinding[]): void;
  tryAgain(generation: number, backend: number): void;
  /** The supervisor has taken a batch of events. */
  eventsTaken(): void;
  /** A registry's list of repositories, or null to accept all names. */
  repositories(registry: string, names: ListedNames): void;
  inventory(sent: SentInventory): void;
  explain(query: ExplainQuery): Promise<unknown>;
  report(): Promise<WorkerReport>;
  /**
   * Opens the port, which other workers may share, and resolves with its number.
   *
   * @param balancers peers whose connections begin with a PROXY header; undefined if no connection does
   */
  listen(
    host: string,
    port: number,
    shared: boolean,
    balancers?: readonly Prefix[],
  ): Promise<number>;
  /** Opens the port that redirects to https, after that for requests, and resolves with its number. */
  listenForRedirects(listener: RedirectListener, shared: boolean): Promise<number>;
  /** Certificate and key for new connections. With TLS, the first comes before `listen`. */
  certificate(certificate: Certificate): void;
  /** Becomes unready, and makes every answer the last one on its connection. */
  announceStop(): void;
  /** Sets unready while another worker that shares the port does not answer: some new connections hang with it. */
  impaired(impaired: boolean): void;
  /** Whether it answers its supervisor; a worker in the same process always does. */
  readonly answering: boolean;
  /** Accepts no new connections; resolves when all requests are answered, or after `timeout` milliseconds. */
  close(timeout: number): Promise<'finished' | 'cut'>;
}
