import type { ListedNames } from '@archeio/request-handler';
import type { ExplainQuery } from './explain-query.ts';
import type { ConfigurationPart } from '@archeio/configuration';
import type { Prefix } from '@archeio/netip';
import type { Certificate } from '../platform/certificate/certificate.ts';
import type { Upkeep } from './channel.ts';
import type { Worth } from './outbox.ts';
import type { Conditions } from './conditions.ts';
import type { EventBatch } from './event-batch.ts';
import type {
  BackendObservation,
  Generation,
  Notice,
  PresenceFinding,
  RedirectListener,
  SentInventory,
  WorkerReport,
} from './ports.ts';

/** Environment variables that tell a worker's process the log level of its supervisor and the number of workers. */
export const WORKER_VARIABLES = Object.freeze({
  logLevel: 'ARCHEIO_WORKER_LOG_LEVEL',
  workers: 'ARCHEIO_WORKERS',
});

/** Messages from a supervisor to a worker's process: the calls of WorkerPort. Those with an `id` get an answer. */
export type ToWorker =
  /** A part of the configuration for the next `prepare`; the next part follows the answer. */
  | { readonly kind: 'part'; readonly id: number; readonly part: ConfigurationPart }
  | {
      readonly kind: 'prepare';
      readonly id: number;
      readonly generation: Omit<Generation, 'configuration'>;
    }
  | {
      readonly kind: 'listen';
      readonly id: number;
      readonly host: string;
      readonly port: number;
      readonly balancers: readonly Prefix[] | undefined;
    }
  | {
      readonly kind: 'listenForRedirects';
      readonly id: number;
      readonly listener: RedirectListener;
    }
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'explain'; readonly id: number; readonly query: ExplainQuery }
  | { readonly kind: 'report'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number; readonly timeout: number }
  | { readonly kind: 'use'; readonly id: number; readonly generation: number }
  | { readonly kind: 'conditions'; readonly generation: number; readonly conditions: Conditions }
  | { readonly kind: 'found'; readonly findings: readonly PresenceFinding[] }
  | { readonly kind: 'tryAgain'; readonly generation: number; readonly backend: number }
  | { readonly kind: 'eventsTaken' }
  | { readonly kind: 'repositories'; readonly registry: string; readonly names: ListedNames }
  | { readonly kind: 'inventory'; readonly sent: SentInventory }
  | { readonly kind: 'announceStop' }
  | { readonly kind: 'impaired'; readonly impaired: boolean };

/** The properties of an operating system error in Node. */
export interface SystemFailure {
  readonly code: string | undefined;
  readonly syscall: string | undefined;
}

/** Messages from a worker's process to its supervisor: the calls of SupervisorPort, and answers. */
export type ToSupervisor =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'report'; readonly id: number; readonly report: WorkerReport }
  | {
      readonly kind: 'failure';
      readonly id: number;
      readonly message: string;
      /** For an operating system error. */
      readonly system: SystemFailure | undefined;
    }
  | { readonly kind: 'up' }
  | { readonly kind: 'observed'; readonly observation: BackendObservation }
  | { readonly kind: 'found'; readonly findings: readonly PresenceFinding[] }
  | { readonly kind: 'noticed'; readonly notice: Notice }
  | { readonly kind: 'wantsTrial'; readonly generation: number; readonly backend: number }
  | { readonly kind: 'events'; readonly batch: EventBatch };

function isObjectWithKind(value: unknown): value is { kind: unknown } {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** Between two processes of the same program, an object with a kind is a message. */
export function isToWorker(value: unknown): value is ToWorker | Upkeep {
  return isObjectWithKind(value);
}

/** The same for messages to a supervisor. */
export function isToSupervisor(value: unknown): value is ToSupervisor | Upkeep {
  return isObjectWithKind(value);
}

/** How to treat a message to a worker that does not read. */
export function worthOfToWorker(message: ToWorker): Worth {
  switch (message.kind) {
    case 'found':
      return 'drop';
    case 'conditions':
      return { latest: `conditions ${message.generation}` };
    case 'tryAgain':
      return { latest: `tryAgain ${message.generation} ${message.backend}` };
    case 'repositories':
      return { latest: `repositories ${message.registry}` };
    case 'inventory':
      return { latest: `inventory ${message.sent.id}` };
    case 'impaired':
      return { latest: 'impaired' };
    case 'certificate':
      return { latest: 'certificate' };
    case 'part':
    case 'prepare':
    case 'use':
    case 'listen':
    case 'listenForRedirects':
    case 'explain':
    case 'report':
    case 'close':
    case 'announceStop':
    // A worker has at most one batch of events on the way.
    case 'eventsTaken':
      return 'keep';
  }
}

/** How to treat a message to a supervisor that does not read. */
export function worthOfToSupervisor(message: ToSupervisor): Worth {
  switch (message.kind) {
    case 'observed':
    case 'found':
    case 'noticed':
      return 'drop';
    case 'wantsTrial':
      return { latest: `wantsTrial ${message.generation} ${message.backend}` };
    case 'answer':
    case 'report':
    case 'failure':
    case 'up':
    // At most one is on the way: the worker drops events before that, where it can count them.
    case 'events':
      return 'keep';
  }
}
