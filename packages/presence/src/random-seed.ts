import type { Seed } from './keyed-hash.ts';

/** A seed that clients cannot guess. */
export function randomSeed(): Seed {
  const [first, second] = crypto.getRandomValues(new Uint32Array(2));
  return [first, second];
}
