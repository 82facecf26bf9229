import { setTimeout as sleep } from 'node:timers/promises';
import type { Configuration } from './configuration/configuration.ts';
import { assemble, type Surroundings } from './assemble.ts';
import { errorCode } from './error-code.ts';
import { HttpServer } from './server/http-server.ts';
import type { Totals } from './metrics/totals.ts';

/** A server that answers, until it is stopped. */
export interface RunningServer {
  readonly port: number;
  /** Unready, but accepting for `stop.delay`; then no new connections, and resolves when all are answered. */
  stop(): Promise<'finished' | 'cut'>;
  /** Ends the delay of a stop that is under way. */
  hurry(this: void): void;
  totals(): Totals;
}

/** An IPv6 wildcard on a machine without IPv6 becomes the IPv4 wildcard. */
async function listen(server: HttpServer, host: string, port: number): Promise<number> {
  try {
    return await server.listen(host, port);
  } catch (error) {
    if (host !== '::' || errorCode(error) !== 'EAFNOSUPPORT') throw error;
    return server.listen('0.0.0.0', port);
  }
}

/**
 * Starts a server for a configuration.
 *
 * @throws NodeJS.ErrnoException if the port cannot be had
 */
export async function startServer(
  configuration: Configuration,
  surroundings: Surroundings,
): Promise<RunningServer> {
  const { front, lifecycle, record } = assemble(configuration, surroundings);
  const server = new HttpServer(front);
  const port = await listen(server, configuration.listen.host, configuration.listen.port);
  lifecycle.ready();

  const { delay, timeout } = configuration.stop;
  const hurried = new AbortController();
  return {
    port,
    async stop() {
      lifecycle.stopping();
      server.announceClose();
      await sleep(delay, undefined, { signal: hurried.signal }).catch(() => undefined);
      const ended = await server.close(timeout);
      surroundings.checker.close();
      return ended;
    },
    hurry: () => hurried.abort(),
    totals: () => record.totals(),
  };
}
