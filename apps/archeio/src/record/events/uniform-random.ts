import type { Seed } from '@archeio/presence';

/**
 * Numbers from 0 to below 1, fast and evenly distributed, but not secret (mulberry32, Tommy Ettinger). The same seed gives
 * the same numbers.
 */
export function uniformRandom([first, second]: Seed): () => number {
  let state = (first ^ second) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
