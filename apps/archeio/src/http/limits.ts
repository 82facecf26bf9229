import { LONGEST_TARGET } from '@archeio/request-handler';

/** Limits for each client. Durations in milliseconds, sizes in bytes. */
export const LIMITS = Object.freeze({
  /** Request line and all header lines together; larger ones get 431. */
  headers: 16 * 1024,
  /** Number of header lines; more get 431. */
  headerLines: 100,
  /** Request target; longer ones get 414. */
  target: LONGEST_TARGET,
  /** From the connection to the end of its PROXY header: the balancer sends it at once. */
  proxyHeaderTimeout: 5_000,
  /** From the connection, or the end of its PROXY header, to the end of the TLS handshake. */
  handshakeTimeout: 10_000,
  /** From the connection, or the end of the previous request, to the end of the header section. */
  headersTimeout: 10_000,
  /** Until the end of the request's body. */
  requestTimeout: 30_000,
  /**
   * An idle connection. Longer than the 600 s for which Google's load balancers keep theirs: the proxy in front
   * must be the one that closes, or it may send a request into a closing connection.
   */
  keepAliveTimeout: 620_000,
  /** Interval at which the time-outs above are checked. */
  checkingInterval: 1000,
  /** Open connections; more are refused. An idle one takes about 7 KB. */
  connections: 16_384,
});
