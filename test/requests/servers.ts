import { GOOGLE_LOAD_BALANCER } from '@archeio/client-address';
import type { ConfigurationSource } from '@archeio/configuration';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { startEdge } from '../parts/edge-worker.ts';
import { type PlatformAnswer, WORKERD_ANSWERS } from './workerd-answers.ts';

/** A server that answers the rows. */
export interface TestedServer {
  readonly name: string;
  /** Rows that the platform answers, or changes before the code sees them, by their names. */
  readonly platformAnswers: Readonly<Record<string, PlatformAnswer>>;
  /** Whether another protocol on the port gets an answer of ours. */
  readonly ownsConnections: boolean;
  readonly start: (
    configuration: ConfigurationSource,
  ) => Promise<AsyncDisposable & { readonly port: number }>;
}

/**
 * Every adapter of the handler. Deployed Workers read the client's address in CF-Connecting-IP; here it is where the rows have
 * it (test/edge/headers.test.ts).
 */
export const SERVERS: readonly TestedServer[] = [
  ...RUNTIMES.map((runtime) => ({
    name: runtime,
    platformAnswers: {},
    ownsConnections: true,
    start: (configuration: ConfigurationSource) => startWith(runtime, configuration),
  })),
  {
    name: 'workerd',
    platformAnswers: WORKERD_ANSWERS,
    ownsConnections: false,
    start: (configuration) => startEdge(configuration, { clientAddress: GOOGLE_LOAD_BALANCER }),
  },
];
