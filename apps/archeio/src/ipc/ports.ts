import type { Observation } from '@archeio/backend-health';
import type { Conditions } from './conditions.ts';
import type { ExplainQuery } from './explain-query.ts';
import type { PresenceStatus } from './status.ts';
import type { ServedConfiguration } from '@archeio/configuration';
import type { MetricsSnapshot } from '../metrics/metrics-snapshot.ts';

/**
 * The two sides of serving: a worker answers requests, the supervisor owns everything that all workers must agree on. They
 * are in one process, or each worker is in one of its own; whatever goes between them is plain data.
 */

/** A whole configuration with the ranges that go with it. Backends are numbered by it. */
export interface Generation {
  /** Counts up from 1. */
  readonly number: number;
  readonly configuration: ServedConfiguration;
  /** A snapshot of the clouds' ranges, as `CloudRanges.decode` reads it. */
  readonly ranges: Uint8Array;
}

/** What somebody found out about a blob in a store, or about a manifest or blob in an upstream. */
export interface PresenceFinding {
  readonly at: 'store' | 'upstream';
  /** The backend's identity, which outlives its number. */
  readonly identity: string;
  /** A store's is the blob's digest. */
  readonly key: string;
  readonly state: 'present' | 'absent';
  /** Bytes, −1 where it is not known. */
  readonly size: number;
}

/** What was seen of a backend on the way. */
export interface BackendObservation {
  readonly generation: number;
  readonly backend: number;
  readonly observation: Observation;
  /** What it was asked for. */
  readonly subject: string;
  /** In words, for the log. */
  readonly saw: string;
}

/** Which backends the policy looked at, and a blob that each store was seen to have, since the last notice. */
export interface Notice {
  readonly generation: number;
  readonly considered: readonly number[];
  readonly present: readonly (readonly [store: number, digest: string])[];
}

/** What a worker tells its supervisor. Nothing is waited for. */
export interface SupervisorPort {
  observed(observation: BackendObservation): void;
  found(findings: readonly PresenceFinding[]): void;
  noticed(notice: Notice): void;
  /** Asks to be the one that tries a backend again; the supervisor answers one worker with `tryAgain`. */
  wantsTrial(generation: number, backend: number): void;
}

/** The names on a registry's list, or that everything is let through: plain data for another process. */
export type ListedNames = readonly string[] | null;

/** An inventory on its way to a worker. */
export interface SentInventory {
  /** What makes it another one than others: the store and how its inventory is configured. */
  readonly id: string;
  /** A file of `archeio mirror inventory` that is known to be sound; null takes back the one before. */
  readonly bytes: Uint8Array | null;
  /** Milliseconds for which it may be used from now on. */
  readonly usableFor: number;
}

/** What a worker says of itself. */
export interface WorkerReport {
  readonly pid: number;
  readonly metrics: MetricsSnapshot;
  readonly presence: PresenceStatus;
}

/** What a supervisor tells a worker. */
export interface WorkerPort {
  /** Makes everything ready for a generation, and goes on with the one in use. Rejects if it cannot be served. */
  prepare(generation: Generation): Promise<void>;
  /** From now on every new request is answered by this generation, which was prepared. Resolves when that is so. */
  use(generation: number): Promise<void>;
  conditions(generation: number, conditions: Conditions): void;
  found(findings: readonly PresenceFinding[]): void;
  tryAgain(generation: number, backend: number): void;
  /** A registry's list of repositories, or null: everything is let through. */
  repositories(registry: string, names: ListedNames): void;
  inventory(sent: SentInventory): void;
  explain(query: ExplainQuery): Promise<unknown>;
  report(): Promise<WorkerReport>;
  /** Opens the port, which other workers may share. Resolves with its number. */
  listen(host: string, port: number, shared: boolean): Promise<number>;
  /** Unready, and every answer is the last one on its connection. */
  announceStop(): void;
  /** Unready while another worker that shares the port does not answer: part of all new connections hang with it. */
  impaired(impaired: boolean): void;
  /** Whether it answers its supervisor; one in the same process always does. */
  readonly answering: boolean;
  /** No new connections; resolves when all requests are answered, or after `timeout` milliseconds. */
  close(timeout: number): Promise<'finished' | 'cut'>;
}
