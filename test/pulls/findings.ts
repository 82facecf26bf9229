import type { Runtime } from '../parts/archeio-process.ts';
import type { Sent } from './summary.ts';

/** A pull that worked: who was where, asked for what, and how archeio knew where they are. */
export interface PullCase {
  readonly client: string;
  readonly runtime: Runtime;
  readonly network: string;
  readonly by: 'tag' | 'digest';
  readonly size: 'small' | 'big';
  readonly known: 'by header' | 'by address';
}

/** What a pull cost, in requests. */
export interface PullCost {
  readonly sent: Sent;
  /** Requests of the client that the registry and the stores served. */
  readonly registry: number;
  readonly stores: number;
}

/** A client, as the report introduces it. */
export interface ClientFact {
  readonly name: string;
  readonly version: string;
  readonly asked: string;
  readonly takes: string;
}

/** What the run has found out, for the report. */
export class Findings {
  readonly clients: ClientFact[] = [];
  readonly pulls: (PullCase & { readonly cost?: PullCost })[] = [];
  /** What podman prints when it may not push. */
  refusedPush = '';
}
