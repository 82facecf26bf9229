import type { Counts } from '../model/tally.ts';

/** What a window of time means for an operator. Shares are of the requests that may be sent to a store. */
export interface Summary {
  readonly requestsPerSecond: number;
  readonly headsPerSecond: number;
  /** Share of HEADs that went to the default store. */
  readonly headsToDefault: number;
  readonly own: number;
  readonly proven: number;
  readonly shared: number;
  readonly store: number;
  /** Share of the checks that own memory could not answer, and the shared memory could. */
  readonly sharedHits: number;
  /** Mean milliseconds that a request waited, over all requests. */
  readonly meanWait: number;
  /** Requests a second that went to the upstream although a store had the blob. */
  readonly avoidablePerSecond: number;
}

/** Four digits: enough to compare, and the same on every machine. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

export function summarize(counts: Counts, seconds: number): Summary {
  const asking = Math.max(1, counts.requests - counts.stays);
  const share = (part: number, whole = asking): number => rounded(whole > 0 ? part / whole : 0);
  return {
    requestsPerSecond: rounded(counts.requests / seconds),
    headsPerSecond: rounded(counts.heads / seconds),
    headsToDefault: share(counts.headsDefault, counts.heads),
    own: share(counts.own),
    proven: share(counts.proven),
    // A request that joins another one waits for the same answer.
    shared: share(counts.shared),
    store: share(counts.store + counts.joined),
    sharedHits: share(counts.sharedHits + counts.leaseWaits, counts.checks),
    meanWait: share(counts.waited),
    avoidablePerSecond: rounded(counts.avoidable / seconds),
  };
}
