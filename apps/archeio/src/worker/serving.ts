import type { Memory } from '../backends/presence/memory.ts';
import type { Presigner } from '../backends/signing/presigner.ts';
import type { RequestObserver } from '../http/request-observer.ts';
import type { Shadow } from '../record/shadow/shadow.ts';
import type { Addr } from '@archeio/netip';
import type { Assembly } from './assemble.ts';

/** The parts that serve one generation. */
export interface Serving extends Assembly {
  readonly generation: number;
  readonly presigner: Presigner;
  /** Key of the configuration of the presigner. */
  readonly presigned: string;
  readonly memory: Memory;
  /** Undefined if nothing records requests. */
  readonly observer: RequestObserver | undefined;
  /** Whether a peer begins its connections with a PROXY header; undefined if none does. */
  readonly balancers: ((peer: Addr) => boolean) | undefined;
  /** Undefined if answers are not compared. */
  readonly shadow: Shadow | undefined;
}

/** The parts that a generation shares with the next one if their configuration is the same. */
type Shared = Pick<Serving, 'memory' | 'presigner' | 'shadow'>;

/** Closes the parts of a generation that the one in use does not share. */
export function release({ memory, presigner, shadow }: Shared, used: Shared | undefined): void {
  if (shadow !== used?.shadow) shadow?.close();
  if (memory !== used?.memory) memory.close();
  if (presigner !== used?.presigner) presigner.close();
}
