/** What a client may cost before it is answered or let go. Durations in milliseconds, sizes in bytes. */
export const LIMITS = Object.freeze({
  /** The request line and all header lines together; more is answered 431. */
  headers: 16 * 1024,
  /** Header lines; more is answered 431. */
  headerLines: 100,
  /** The request target; more is answered 414. */
  target: 8 * 1024,
  /** From the connection, or the end of the last answer's request, to the end of the header section. */
  headersTimeout: 10_000,
  /** To the end of the request's body. */
  requestTimeout: 30_000,
  /**
   * An idle connection. Longer than the 600 s for which Google's load balancers keep theirs: whoever is in front of
   * us must be the one who closes, or a request may be sent into a closing connection.
   */
  keepAliveTimeout: 620_000,
  /** How often the time-outs above are looked at. */
  checkingInterval: 1000,
  /** Connections at one time; those beyond are not taken. An idle one costs some 7 KB. */
  connections: 16_384,
});
