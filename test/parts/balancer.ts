import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { ArcheioProcess } from './archeio-process.ts';
import { listenOnLoopback } from './ports.ts';
import { timeWithoutCore } from './time-without-core.ts';

/** A request that passed, and its answer. */
export interface Passed {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly status: number;
  readonly location: string | undefined;
  /** When it arrived, by `performance.now()`. */
  readonly begun: number;
  /** Until the head of the answer arrived, in milliseconds. */
  readonly waited: number;
  /** The part of that time in which Archeio or this process was runnable but had no core, in milliseconds. */
  readonly withoutCore: number;
}

/** A proxy in front of Archeio, as Google's load balancer is, that records each client's requests. */
export interface Balancer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** The requests answered since the last call, in order of the answers. */
  taken(): Passed[];
}

/**
 * Starts one in front of an archeio.
 *
 * @param client address for X-Forwarded-For
 */
export async function startBalancer(
  { port: target, pid }: Pick<ArcheioProcess, 'port' | 'pid'>,
  client: string,
): Promise<Balancer> {
  const withoutCore = (): number => timeWithoutCore(pid) + timeWithoutCore(process.pid);
  let passed: Passed[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const [begun, withoutCoreBefore] = [performance.now(), withoutCore()];
    const onward = request(
      {
        host: '127.0.0.1',
        port: target,
        method,
        path: url,
        headers: { ...headers, 'x-forwarded-for': `${client}, 10.0.0.1` },
      },
      (answer) => {
        const { statusCode: status = 0, headers: answered } = answer;
        passed.push({
          method,
          target: url,
          headers,
          status,
          location: answered.location,
          begun,
          waited: performance.now() - begun,
          withoutCore: withoutCore() - withoutCoreBefore,
        });
        outgoing.writeHead(status, answer.rawHeaders);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  const port = await listenOnLoopback(server);
  return {
    host: `127.0.0.1:${port}`,
    port,
    taken() {
      const all = passed;
      passed = [];
      return all;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
