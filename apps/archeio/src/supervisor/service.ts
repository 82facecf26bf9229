import type { Clock } from '@archeio/presence';
import type { Backend } from '@archeio/redirect';
import type { EventBatch } from '../ipc/event-batch.ts';
import type {
  BackendObservation,
  PresenceFinding,
  Generation,
  Notice,
  WorkerPort,
} from '../ipc/ports.ts';
import type { Log } from '../platform/log.ts';
import type { BackendOwner } from './backend-owner.ts';

/** Dependencies that most services share. */
export interface ServiceDependencies {
  readonly owner: BackendOwner;
  readonly workers: ReadonlySet<WorkerPort>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A generation and its backends, in the order of their numbers. */
export interface ServedGeneration extends Generation {
  readonly backends: readonly Backend[];
}

/** A task of the supervisor's process on behalf of all workers. */
export interface SupervisorService {
  /** Switches to another generation, which is now in use. */
  adopt(generation: ServedGeneration): void;
  /** A worker has begun to serve the adopted generation. */
  joined?(worker: WorkerPort): void;
  /** A worker no longer answers requests. */
  left?(worker: WorkerPort): void;
  /** A worker sent a notice about the adopted generation. */
  noticed?(notice: Notice): void;
  /** A worker observed an answer of a backend, or a failure to answer. */
  observed?(observation: BackendObservation): void;
  /** A worker has findings about blobs in stores or contents of upstreams. */
  found?(findings: readonly PresenceFinding[]): void;
  /** A worker has decision events to write. */
  events?(batch: EventBatch): void;
  /** Runs due work when a request arrives. Costs a comparison if nothing is due. @param now milliseconds */
  runDue?(now: number): void;
  close(): void;
}
