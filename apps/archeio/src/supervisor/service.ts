import type { Backend } from '@archeio/redirect';
import type {
  BackendObservation,
  PresenceFinding,
  Generation,
  Notice,
  WorkerPort,
} from '../ipc/ports.ts';

/** A generation, as its backends are numbered. */
export interface ServedGeneration extends Generation {
  readonly backends: readonly Backend[];
}

/** Something that the supervisor's process does for all workers. */
export interface SupervisorService {
  /** Goes over to another generation, which is served from now on. */
  adopt(generation: ServedGeneration): void;
  /** A worker has begun to serve the generation that was adopted. */
  joined?(worker: WorkerPort): void;
  /** A worker answers requests no more. */
  left?(worker: WorkerPort): void;
  /** A worker noticed something of the generation that was adopted. */
  noticed?(notice: Notice): void;
  /** A worker saw an answer of a backend, or that there was none. */
  observed?(observation: BackendObservation): void;
  /** A worker found something out about blobs in stores, or contents of upstreams. */
  found?(findings: readonly PresenceFinding[]): void;
  /** A request has arrived: does what is due. Costs a comparison where nothing is. @param now milliseconds */
  runDue?(now: number): void;
  close(): void;
}
