import { trustedPrefixes } from '@archeio/client-address';
import type { ServedConfiguration } from '@archeio/configuration';
import type { Addr, Prefix } from '@archeio/netip';
import type { Clock } from '@archeio/presence';
import { onAnyAddress } from '../http/any-address.ts';
import { capacityFor } from '../http/capacity.ts';
import type { Preface } from '../http/front/preface.ts';
import { type PrefaceFailure, PrefaceFailures } from '../http/front/preface-failures.ts';
import { HttpServer } from '../http/http-server.ts';
import { redirectToHttps } from '../http/https-redirect.ts';
import { OverflowLog } from '../http/overflow-log.ts';
import type { RedirectListener } from '../ipc/ports.ts';
import type { WorkerMetrics } from '../metrics/worker-metrics.ts';
import type { Certificate } from '../platform/certificate/certificate.ts';
import { secureContextOf } from '../platform/certificate/secure-context.ts';
import type { Log } from '../platform/log.ts';
import type { Serving } from './serving.ts';

/** Share of the connections for the port that redirects. */
const REDIRECT_SHARE = 8;

/** Dependencies of {@link Listeners}. */
export interface ListenersDependencies {
  readonly metrics: WorkerMetrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly openFiles: () => number | undefined;
  /** Called when a request arrives. */
  readonly arrived?: ((now: number) => void) | undefined;
}

type Balancers = ((peer: Addr) => boolean) | undefined;

/** Whether a peer is a balancer that sends PROXY headers; undefined if none does. */
export function balancersOf({
  clientAddress,
}: Pick<ServedConfiguration, 'clientAddress'>): Balancers {
  return clientAddress.topology === 'proxy-protocol'
    ? trustedPrefixes(clientAddress.prefixes)
    : undefined;
}

/** The ports of a worker, and what comes before HTTP on them. */
export class Listeners {
  readonly #dependencies: ListenersDependencies;
  readonly #failures: PrefaceFailures;
  readonly #servers: HttpServer[] = [];
  #context: Preface['context'];
  #isBalancer: Balancers;

  constructor(dependencies: ListenersDependencies) {
    this.#dependencies = dependencies;
    const { metrics, clock, log } = dependencies;
    this.#failures = new PrefaceFailures(clock, log);
    metrics.prefaceFailures = this.#failures.counts;
  }

  /** Number of open client connections. */
  get open(): number {
    return this.#servers.reduce((sum, { open }) => sum + open, 0);
  }

  /** Certificate and key for new connections. */
  certificate(certificate: Certificate): void {
    this.#context = secureContextOf(certificate);
  }

  /** Switches new requests, and new connections if they begin with a PROXY header, to another generation. */
  use({ handler, observer, balancers }: Serving): void {
    const [main, redirect] = this.#servers;
    main?.use(handler, observer);
    redirect?.use(handler);
    // Whether there is a header was decided at the start.
    if (this.#isBalancer !== undefined) this.#isBalancer = balancers ?? this.#isBalancer;
  }

  /**
   * Opens the port for requests, with TLS if there is a certificate.
   *
   * @param balancers peers whose connections begin with a PROXY header; undefined if no connection does
   */
  listen(
    serving: Serving,
    host: string,
    port: number,
    shared: boolean,
    balancers: readonly Prefix[] | undefined,
  ): Promise<number> {
    const { metrics, arrived, clock, log } = this.#dependencies;
    const { handler, observer } = serving;
    const isSecure = this.#context !== undefined;
    const limit = this.#limit(serving);
    const connections = isSecure ? limit - this.#redirectLimit(serving) : limit;
    const overflow = new OverflowLog('requests', connections, clock, log);
    this.#isBalancer = balancers && trustedPrefixes(balancers);
    const server = new HttpServer(handler, metrics.requests, {
      observer,
      shared,
      arrived,
      connections,
      overflow,
      preface: isSecure || balancers !== undefined ? this.#preface(isSecure) : undefined,
    });
    this.#servers.push(server);
    metrics.connections = { limit, server: this, overflow };
    return onAnyAddress(host, (each) => server.listen(each, port));
  }

  /** Opens the port that redirects to https, after the port for requests. */
  listenForRedirects(
    serving: Serving,
    { host, port, to, challenges }: RedirectListener,
    shared: boolean,
  ): Promise<number> {
    const { metrics, arrived, clock, log } = this.#dependencies;
    const connections = this.#redirectLimit(serving);
    const server = new HttpServer(serving.handler, metrics.requests, {
      shared,
      arrived,
      connections,
      overflow: new OverflowLog('requests', connections, clock, log),
      preface: this.#isBalancer === undefined ? undefined : this.#preface(false),
      preempt: redirectToHttps({ to, challenges }),
    });
    this.#servers.push(server);
    return onAnyAddress(host, (each) => server.listen(each, port));
  }

  /** Makes each further answer the last one on its connection. */
  announceClose(): void {
    for (const server of this.#servers) server.announceClose();
  }

  /** Accepts no new connections; resolves when all requests are answered, or after `timeout` milliseconds. */
  async close(timeout: number): Promise<'finished' | 'cut'> {
    const ended = await Promise.all(this.#servers.map((server) => server.close(timeout)));
    return ended.includes('cut') ? 'cut' : 'finished';
  }

  #limit({ policy }: Serving): number {
    return capacityFor(this.#dependencies.openFiles(), policy.backends.length).connections;
  }

  #redirectLimit(serving: Serving): number {
    return Math.max(2, Math.floor(this.#limit(serving) / REDIRECT_SHARE));
  }

  /** Always what counts now. */
  #preface(isSecure: boolean): Preface {
    const context = (): Preface['context'] => (isSecure ? this.#context : undefined);
    const isBalancer = (): Balancers => this.#isBalancer;
    return {
      get context() {
        return context();
      },
      get isBalancer() {
        return isBalancer();
      },
      failed: (reason: PrefaceFailure, peer) => this.#failures.add(reason, peer),
    };
  }
}
