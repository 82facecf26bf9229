/** 64 secret bits, as two unsigned 32-bit integers. */
export type Seed = readonly [number, number];

/**
 * HalfSipHash-1-3 of one word followed by `length` words from `start`, as an unsigned 32-bit integer.
 *
 * Clients choose the keys. Without the seed they cannot choose keys that share a bucket. A plain multiplicative hash
 * does not guarantee this, since differences in the highest bits cancel under any seed.
 *
 * Words are read as a little-endian message. Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", in its
 * variant for 32-bit words.
 */
export function keyedHash(
  seed: Seed,
  first: number,
  words: Uint32Array,
  start: number,
  length: number,
): number {
  let v0 = seed[0] | 0;
  let v1 = seed[1] | 0;
  let v2 = seed[0] ^ 0x6c796765;
  let v3 = seed[1] ^ 0x74656462;
  const afterLast = length + 1;
  // Blocks: the first word, the words, the message's length in bytes, then three final rounds.
  for (let block = 0; block < afterLast + 4; block++) {
    let word = 0;
    if (block === 0) word = first;
    else if (block <= length) word = words[start + block - 1];
    else if (block === afterLast) word = (afterLast * 4) << 24;
    else if (block === afterLast + 1) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}
