import type { SecureContext } from 'node:tls';
import type { Addr } from '@archeio/netip';
import type { PrefaceFailure } from './preface-failures.ts';

/** What comes before HTTP on the connections of a listener. The values count for new connections. */
export interface Preface {
  /** Whether a peer begins its connections with a PROXY header; undefined if no connection does. */
  readonly isBalancer: ((peer: Addr) => boolean) | undefined;
  /** Certificate and key; undefined without TLS. */
  readonly context: SecureContext | undefined;
  /** Called for each connection that ends before HTTP. */
  failed(reason: PrefaceFailure, peer: string | undefined): void;
}
