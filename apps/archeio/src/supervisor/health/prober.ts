import type { Clock } from '@archeio/presence';
import type { BodyReader } from '../../backends/client/body-reader.ts';
import { createStoreChecker } from '../../backends/client/create-store-checker.ts';
import type { StoreChecker } from '../../backends/client/store-checker.ts';
import { judgeStore, judgeUpstream, type ProbedBlob, type Verdict } from './verdict.ts';

/** What a canary asks. */
export type ProbeTarget =
  /** A store for a blob: of a configured digest, which must be there, or of one seen there recently. */
  | (ProbedBlob & { readonly url: string })
  /** An upstream for its `/v2/`. */
  | { readonly kind: 'upstream'; readonly url: string };

/** Sends canaries. */
export interface Prober {
  /** Never rejects; settles within the time-out. */
  probe(target: ProbeTarget): Promise<Verdict>;
  /** Ends what is under way, which comes to nothing. */
  close(): void;
}

export interface ProberOptions {
  /** Milliseconds for one canary as a whole. */
  readonly timeout: number;
  /** Bytes of a blob that are read, at least 1. */
  readonly body: number;
  readonly userAgent: string;
  /** The machine's by default. */
  readonly clock?: Clock;
}

/** A prober with connections of its own, of the runtime that we run on. */
export function createProber(options: ProberOptions): Prober {
  return proberOver(createStoreChecker(options), options.body);
}

/** @param body bytes of a blob that are read, at least 1 */
export function proberOver(checker: StoreChecker & BodyReader, body: number): Prober {
  return {
    async probe(target) {
      const { url } = target;
      if (target.kind === 'upstream') return judgeUpstream(await checker.check(url, 'get'));
      return judgeStore(await checker.read(url, body), target);
    },
    close: () => checker.close(),
  };
}
