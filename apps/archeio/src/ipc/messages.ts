import type { ExplainQuery } from './explain-query.ts';
import type { ConfigurationPart } from '@archeio/configuration';
import type { Upkeep } from './channel.ts';
import type { Worth } from './outbox.ts';
import type { Conditions } from './conditions.ts';
import type {
  BackendObservation,
  Generation,
  Notice,
  PresenceFinding,
  ListedNames,
  SentInventory,
  WorkerReport,
} from './ports.ts';

/** The variables by which a worker's process knows the level of its supervisor's log, and how many workers there are. */
export const WORKER_VARIABLES = Object.freeze({
  logLevel: 'ARCHEIO_WORKER_LOG_LEVEL',
  workers: 'ARCHEIO_WORKERS',
});

/** What a supervisor sends to a worker's process: the calls of WorkerPort. Those with an `id` are answered. */
export type ToWorker =
  /** A part of the configuration of the next `prepare`, each answered before the next one is sent. */
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
    }
  | { readonly kind: 'explain'; readonly id: number; readonly query: ExplainQuery }
  | { readonly kind: 'report'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number; readonly timeout: number }
  | { readonly kind: 'use'; readonly id: number; readonly generation: number }
  | { readonly kind: 'conditions'; readonly generation: number; readonly conditions: Conditions }
  | { readonly kind: 'found'; readonly findings: readonly PresenceFinding[] }
  | { readonly kind: 'tryAgain'; readonly generation: number; readonly backend: number }
  | { readonly kind: 'repositories'; readonly registry: string; readonly names: ListedNames }
  | { readonly kind: 'inventory'; readonly sent: SentInventory }
  | { readonly kind: 'announceStop' }
  | { readonly kind: 'impaired'; readonly impaired: boolean };

/** What makes an error one of the operating system, as Node names it. */
export interface SystemFailure {
  readonly code: string | undefined;
  readonly syscall: string | undefined;
}

/** What a worker's process sends to its supervisor: the calls of SupervisorPort, and answers. */
export type ToSupervisor =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'report'; readonly id: number; readonly report: WorkerReport }
  | {
      readonly kind: 'failure';
      readonly id: number;
      readonly message: string;
      /** Of an error of the operating system. */
      readonly system: SystemFailure | undefined;
    }
  | { readonly kind: 'up' }
  | { readonly kind: 'observed'; readonly observation: BackendObservation }
  | { readonly kind: 'found'; readonly findings: readonly PresenceFinding[] }
  | { readonly kind: 'noticed'; readonly notice: Notice }
  | { readonly kind: 'wantsTrial'; readonly generation: number; readonly backend: number };

function isObjectWithKind(value: unknown): value is { kind: unknown } {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** Between two processes of the same program: what has a kind is a message. */
export function isToWorker(value: unknown): value is ToWorker | Upkeep {
  return isObjectWithKind(value);
}

/** The other way. */
export function isToSupervisor(value: unknown): value is ToSupervisor | Upkeep {
  return isObjectWithKind(value);
}

/** What becomes of a message to a worker that does not read. */
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
    case 'part':
    case 'prepare':
    case 'use':
    case 'listen':
    case 'explain':
    case 'report':
    case 'close':
    case 'announceStop':
      return 'keep';
  }
}

/** What becomes of a message to a supervisor that does not read. */
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
      return 'keep';
  }
}
