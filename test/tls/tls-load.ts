import { Agent, get } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';

/** The results of a load. */
export interface TlsLoad {
  answered: number;
  /** What went wrong. */
  readonly wrong: string[];
  /** Subjects of the certificates, in the order in which new connections saw them first. */
  readonly subjects: Set<string>;
  /** Stops; resolves when no request is pending. */
  stop(): Promise<void>;
}

/** Options of {@link startTlsLoad}. */
export interface TlsLoadOptions {
  readonly port: number;
  /** PEM of the authority to trust. */
  readonly ca: string;
  /** Clients that keep their connection, and clients with a new connection for each request. */
  readonly kept: number;
  readonly fresh: number;
}

function askOnce(
  { port, ca }: TlsLoadOptions,
  agent: Agent,
  connected: (subject: string) => void,
): Promise<string> {
  return new Promise((resolve) => {
    const request = get(
      {
        host: '127.0.0.1',
        servername: 'localhost',
        port,
        path: '/v2/',
        agent,
        ca,
        timeout: 10_000,
      },
      (response) => {
        response.resume();
        response.on('error', ({ message }) => resolve(message));
        response.on('end', () => resolve(String(response.statusCode)));
      },
    );
    request.on('socket', (socket) => {
      if (request.reusedSocket) return;
      const secured = socket as TLSSocket;
      secured.once('secureConnect', () =>
        connected(String(secured.getPeerCertificate().subject.CN)),
      );
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', ({ message }) => resolve(message));
  });
}

/** Sends requests repeatedly over verified TLS. Any answer but 200 is wrong. */
export function startTlsLoad(options: TlsLoadOptions): TlsLoad {
  const stopped = new AbortController();
  const client = async (keepAlive: boolean): Promise<void> => {
    // Without cached sessions, each connection is a whole handshake.
    const agent = new Agent({ keepAlive, maxSockets: 1, maxCachedSessions: 0 });
    while (!stopped.signal.aborted) {
      const answer = await askOnce(options, agent, (subject) => load.subjects.add(subject));
      load.answered++;
      if (answer !== '200') load.wrong.push(answer);
      await sleep(1);
    }
    agent.destroy();
  };
  const load: TlsLoad = {
    answered: 0,
    wrong: [],
    subjects: new Set(),
    async stop() {
      stopped.abort();
      await clients;
    },
  };
  const clients = Promise.all([
    ...Array.from({ length: options.kept }, () => client(true)),
    ...Array.from({ length: options.fresh }, () => client(false)),
  ]);
  return load;
}
