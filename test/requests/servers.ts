import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import { GOOGLE_LOAD_BALANCER } from '@archeio/client-address';
import type { ConfigurationSource } from '@archeio/configuration';
import { type Runtime, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { CertificateFiles } from '../parts/certificate-files.ts';
import { TestAuthority } from '../parts/certificate.ts';
import { startEdge } from '../parts/edge-worker.ts';
import { type PlatformAnswer, WORKERD_ANSWERS } from './workerd-answers.ts';

/** A server that answers the rows. */
export interface TestedServer {
  readonly name: string;
  /** Rows that the platform answers, or changes before the code sees them, by their names. */
  readonly platformAnswers: Readonly<Record<string, PlatformAnswer>>;
  /** Whether another protocol on the port gets an answer of ours. */
  readonly ownsConnections: boolean;
  /** Opens a connection; plain TCP by default. */
  readonly open?: (port: number, host: string) => Socket;
  readonly start: (
    configuration: ConfigurationSource,
  ) => Promise<AsyncDisposable & { readonly port: number }>;
}

/** A server with a certificate, for as long as it runs. */
async function startSecure(runtime: Runtime, configuration: ConfigurationSource) {
  using authority = new TestAuthority();
  const files = new CertificateFiles(authority.issue());
  const archeio = await startWith(runtime, { ...configuration, tls: files.names });
  return {
    port: archeio.port,
    async [Symbol.asyncDispose]() {
      await archeio[Symbol.asyncDispose]();
      files[Symbol.dispose]();
    },
  };
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
  ...RUNTIMES.map((runtime) => ({
    name: `${runtime} over TLS`,
    platformAnswers: {},
    ownsConnections: true,
    open: (port: number, host: string) => connect({ port, host, rejectUnauthorized: false }),
    start: (configuration: ConfigurationSource) => startSecure(runtime, configuration),
  })),
  {
    name: 'workerd',
    platformAnswers: WORKERD_ANSWERS,
    ownsConnections: false,
    start: (configuration) => startEdge(configuration, { clientAddress: GOOGLE_LOAD_BALANCER }),
  },
];
