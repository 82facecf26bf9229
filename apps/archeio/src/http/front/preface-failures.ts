import type { ProxyHeaderError } from '@archeio/client-address';
import type { Clock } from '@archeio/presence';
import type { Log } from '../../platform/log.ts';

/**
 * Why a connection ended before HTTP.
 *
 * - `untrusted-peer`: PROXY headers are expected, and not from this peer
 * - `no-header`, `malformed-header`, `header-too-long`: what a trusted peer sent instead of a PROXY header
 * - `header-timeout`: the PROXY header was not complete in time
 * - `header-cut`: the connection ended within it
 * - `handshake`, `handshake-timeout`: there was no TLS handshake, or not in time
 */
export type PrefaceFailure =
  | 'untrusted-peer'
  | ProxyHeaderError
  | 'header-timeout'
  | 'header-cut'
  | 'handshake'
  | 'handshake-timeout';

/** Minimum interval between log lines about one reason, in milliseconds. */
const LOG_EVERY = 600_000;

const IN_WORDS: Readonly<Record<PrefaceFailure, string | undefined>> = {
  'untrusted-peer':
    'a peer that is not in clientAddress.prefixes connected: only the balancers may reach this port',
  'no-header':
    'a balancer sent no PROXY header: turn the PROXY protocol on for its connections and its health checks, or choose another clientAddress.topology',
  'malformed-header': 'a balancer sent a PROXY header that cannot be read',
  'header-too-long': 'a balancer sent a PROXY header that is too long',
  'header-timeout': 'a balancer did not send its PROXY header in time',
  'header-cut': 'a balancer ended a connection within the PROXY header',
  // Whatever scans the internet causes these: no operator can do anything about it.
  handshake: undefined,
  'handshake-timeout': undefined,
};

/** Counts the connections that end before HTTP. Those that the operator can prevent are logged, once in ten minutes each. */
export class PrefaceFailures {
  readonly #counts = new Map<PrefaceFailure, number>();
  readonly #nextLog = new Map<PrefaceFailure, number>();
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** By reason; reasons that have not occurred are absent. */
  get counts(): ReadonlyMap<PrefaceFailure, number> {
    return this.#counts;
  }

  /** @param peer address of the other end, if it is known */
  add(reason: PrefaceFailure, peer: string | undefined): void {
    const count = (this.#counts.get(reason) ?? 0) + 1;
    this.#counts.set(reason, count);
    const problem = IN_WORDS[reason];
    const now = this.#clock.now();
    if (problem === undefined || now < (this.#nextLog.get(reason) ?? Number.NEGATIVE_INFINITY))
      return;
    this.#nextLog.set(reason, now + LOG_EVERY);
    this.#log.warn('proxy-protocol-refused', { reason, count, peer, problem });
  }
}
