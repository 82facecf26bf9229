import type { CheckResult } from './state.ts';

/** What a value in a shared memory says. */
export type SharedValue =
  | { readonly kind: 'result'; readonly result: CheckResult }
  /** A process has promised to ask, a moment ago. */
  | { readonly kind: 'lease' };

const PRESENT = 0x50;
const ABSENT = 0x41;
const LEASE = 0x4c;

/** The first byte, then the time in seconds since 1970 as 4 bytes. */
const HEAD = 5;
const MOST_SECONDS = 2 ** 32 - 1;
/** Bytes of the largest size that a number holds exactly. */
const MOST_SIZE_BYTES = 7;

/** How far ahead the clock of another process may be, in milliseconds. */
const MOST_AHEAD = 60_000;

/**
 * A definite result in 5 bytes, and those that its size needs: `P` or `A`, the time, the size; big-endian.
 *
 * @param now time of the result, in milliseconds since 1970
 */
export function encodeResult({ state, size }: CheckResult, now: number): Uint8Array {
  const digits: number[] = [];
  if (state === 'present' && size >= 0)
    for (let left = size; left > 0 || digits.length === 0; left = Math.floor(left / 256))
      digits.unshift(left % 256);
  const bytes = new Uint8Array(HEAD + digits.length);
  bytes[0] = state === 'present' ? PRESENT : ABSENT;
  const seconds = Math.min(Math.max(0, Math.floor(now / 1000)), MOST_SECONDS);
  new DataView(bytes.buffer).setUint32(1, seconds);
  bytes.set(digits, HEAD);
  return bytes;
}

/** A lease: `L`, and a token that tells its holder from others. */
export function encodeLease(token: Uint8Array): Uint8Array {
  return Uint8Array.of(LEASE, ...token);
}

/**
 * Reads a value; undefined if this is not one, or if it is from the future.
 *
 * @param now milliseconds since 1970
 */
export function decodeValue(bytes: Uint8Array, now: number): SharedValue | undefined {
  if (bytes[0] === LEASE) return { kind: 'lease' };
  const digits = bytes.subarray(HEAD);
  if (bytes.length < HEAD || digits.length > MOST_SIZE_BYTES) return undefined;
  const seconds = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  const age = now - seconds * 1000;
  if (age < -MOST_AHEAD) return undefined;
  const known = { age: Math.max(0, age) };
  if (bytes[0] === ABSENT && digits.length === 0)
    return { kind: 'result', result: { state: 'absent', size: -1, ...known } };
  if (bytes[0] !== PRESENT) return undefined;
  const size = digits.length === 0 ? -1 : digits.reduce((sum, digit) => sum * 256 + digit, 0);
  return Number.isSafeInteger(size)
    ? { kind: 'result', result: { state: 'present', size, ...known } }
    : undefined;
}
