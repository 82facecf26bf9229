import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { type Clock, MONOTONIC_CLOCK } from '@archeio/presence';
import { CONNECTION_LIFETIME, HttpClient, type ProxyEnvironment } from './http-client.ts';
import type { BodyReader } from './store-checker.ts';
import { TimedChecker } from './timed-checker.ts';

/** How stores are asked. */
export interface StoreCheckerOptions {
  /** Milliseconds for one check as a whole. */
  readonly timeout: number;
  /** The product that stores see in their logs (RFC 9110 §10.1.5). */
  readonly userAgent: string;
  /** The machine's by default. */
  readonly clock?: Clock;
  /** The process's by default. */
  readonly proxyEnv?: ProxyEnvironment;
  /** Milliseconds for which a connection is reused. */
  readonly connectionLifetime?: number;
  /** Looks a host name up: the machine's resolver by default. */
  readonly lookup?: LookupFunction;
}

/** A checker for the runtime that we run on, with connections of its own. */
export function createStoreChecker(options: StoreCheckerOptions): BodyReader {
  const {
    timeout,
    userAgent,
    clock = MONOTONIC_CLOCK,
    proxyEnv = process.env,
    connectionLifetime = CONNECTION_LIFETIME,
    lookup = dns.lookup,
  } = options;
  const client = new HttpClient(userAgent, proxyEnv, connectionLifetime, clock, lookup);
  return new TimedChecker(client, timeout, clock);
}
