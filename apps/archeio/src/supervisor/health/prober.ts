import type { Clock } from '@archeio/presence';
import { createStoreChecker } from '../../backends/client/create-store-checker.ts';
import type { BodyReader } from '@archeio/content-checks';
import { judgeStore, judgeUpstream, type ProbedBlob, type Verdict } from './verdict.ts';

/** What a canary asks for. */
export type ProbeTarget =
  /** A blob of a store. */
  | (ProbedBlob & { readonly url: string })
  /** The `/v2/` of an upstream. */
  | { readonly kind: 'upstream'; readonly url: string };

/** Sends canaries. */
export interface Prober {
  /** Never rejects; resolves within the time-out. */
  probe(target: ProbeTarget): Promise<Verdict>;
  /** Cancels canaries in progress, whose outcome is then `nothing`. */
  close(): void;
}

interface ProberOptions {
  /** Milliseconds for a whole canary. */
  readonly timeout: number;
  /** Number of bytes to read of a blob, at least 1. */
  readonly body: number;
  readonly userAgent: string;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** Creates a prober with its own connections. */
export function createProber(options: ProberOptions): Prober {
  return proberOver(createStoreChecker(options), options.body);
}

/** @param body number of bytes to read of a blob, at least 1 */
export function proberOver(checker: BodyReader, body: number): Prober {
  return {
    async probe(target) {
      const { url } = target;
      if (target.kind === 'upstream') return judgeUpstream(await checker.check(url, 'get'));
      return judgeStore(await checker.read(url, body), target);
    },
    close: () => checker.close(),
  };
}
