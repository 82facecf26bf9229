/** Whether instances share what they learn: not at all, within a region, or everywhere. */
export type Sharing = 'none' | 'region' | 'global';

export const HOUR = 3_600_000;
export const MINUTE = 60_000;

/** One simulation. `assumptions.ts` has the source of each default. */
export interface Settings {
  readonly seed: number;
  /** Requests for blobs, over all regions. */
  readonly requestsPerSecond: number;
  /** Blobs that all stores have. */
  readonly blobs: number;
  /** Of the Zipf distribution of their popularity. */
  readonly exponent: number;
  /** Blobs that no store has, and the share of requests that asks for one of them. */
  readonly missingBlobs: number;
  readonly missingShare: number;
  /** Share of requests for digests that are asked for once. */
  readonly onceShare: number;
  /** Instances in each region. */
  readonly instances: number;
  /** Milliseconds until an instance is replaced by an empty one; Infinity if never. */
  readonly lifetime: number;
  /** `presence.entries`. */
  readonly entries: number;
  /** `presence.presentFor` and `presence.absentFor`, in milliseconds. */
  readonly presentFor: number;
  readonly absentFor: number;
  /** Milliseconds that a HEAD takes, at least and at most; all values between them are equally likely. */
  readonly head: readonly [number, number];
  readonly sharing: Sharing;
  readonly inventory: boolean;
  /** Simulates only this region, at its own rate; all regions if undefined. */
  readonly region?: string;
}

export const DEFAULTS: Settings = Object.freeze({
  seed: 1,
  requestsPerSecond: 500,
  blobs: 300_000,
  exponent: 1,
  missingBlobs: 20_000,
  missingShare: 0.02,
  onceShare: 0.01,
  instances: 10,
  lifetime: 6 * HOUR,
  // The product's default is 1,000,000. The results state that nothing was evicted, so both are the same here.
  entries: 300_000,
  presentFor: 24 * HOUR,
  absentFor: 10 * MINUTE,
  head: [25, 75] as const,
  sharing: 'none',
  inventory: false,
});
