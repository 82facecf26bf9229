import type { Runtime } from '../parts/archeio-process.ts';
import type { Sent } from './summary.ts';

/** A successful pull: the client, its network, the image, and how Archeio learned its address. */
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

/** A client, as described in the report. */
export interface ClientFact {
  readonly name: string;
  readonly version: string;
  readonly asked: string;
  readonly takes: string;
}

/** The results of the run, for the report. */
export class Findings {
  readonly clients: ClientFact[] = [];
  readonly pulls: (PullCase & { readonly cost?: PullCost })[] = [];
  /** What podman prints when a push is refused. */
  refusedPush = '';
}
