import { makeIPv4, makeIPv6, nextAddr, type Addr } from '../addr.ts';
import { makePrefix, prefixLast, type Prefix } from '../prefix.ts';

/** Marsaglia's xorshift32: unsigned 32-bit words, the same for the same seed. The seed is not zero. */
export function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Lengths and how often each occurs among the published prefixes of AWS, GCP and Azure, July 2026. */
const realLengths: Readonly<Record<4 | 6, readonly (readonly [number, number])[]>> = {
  4: readCounts(`11:2 12:11 13:27 14:67 15:236 16:728 17:755 18:635 19:429 20:473 21:576 22:978
    23:1802 24:5680 25:788 26:1028 27:1085 28:878 29:838 30:583 31:1063 32:1262`),
  6: readCounts(`32:1 33:1 34:2 35:7 36:192 37:1 38:3 39:70 40:1310 41:2 42:25 43:5 44:72 45:8 46:20
    47:180 48:1174 49:5 50:1 52:6 54:81 55:117 56:714 57:104 58:33 59:210 60:191 61:152 62:350
    63:528 64:1344 65:16 96:5 128:13`),
};

function readCounts(text: string): [number, number][] {
  return Array.from(text.matchAll(/(\d+):(\d+)/g), ([, bits, count]) => [
    Number(bits),
    Number(count),
  ]);
}

function randomLength(family: 4 | 6, random: () => number): number {
  const lengths = realLengths[family];
  const total = lengths.reduce((sum, [, count]) => sum + count, 0);
  let ticket = random() % total;
  let at = 0;
  while (ticket >= lengths[at][1]) {
    ticket -= lengths[at][1];
    at++;
  }
  return lengths[at][0];
}

/** A random address of the family. */
export function randomAddr(family: 4 | 6, random: () => number): Addr {
  return family === 4 ? makeIPv4(random()) : makeIPv6(random(), random(), random(), random());
}

/** A random address in the prefix. */
export function randomAddrIn(prefix: Prefix, random: () => number): Addr {
  const first = prefix.addr;
  const last = prefixLast(prefix);
  const mix = (low: number, high: number): number => low | (random() & (low ^ high));
  return first.family === 4
    ? makeIPv4(mix(first.w3, last.w3))
    : makeIPv6(
        mix(first.w0, last.w0),
        mix(first.w1, last.w1),
        mix(first.w2, last.w2),
        mix(first.w3, last.w3),
      );
}

/**
 * Different prefixes with the lengths of real data: a third anywhere, a third inside or around an
 * existing one, a third right after an existing one. Fewer than `count` if some coincide.
 */
export function randomPrefixes(family: 4 | 6, count: number, random: () => number): Prefix[] {
  const prefixes = new Map<string, Prefix>();
  const all: Prefix[] = [];
  while (all.length < count) {
    const bits = randomLength(family, random);
    const known = all.length === 0 ? undefined : all[random() % all.length];
    const kind = known === undefined ? 0 : random() % 3;
    let base: Addr | undefined = randomAddr(family, random);
    if (known !== undefined && kind === 1) base = randomAddrIn(known, random);
    if (known !== undefined && kind === 2) base = nextAddr(prefixLast(known));
    if (base === undefined) continue;
    const prefix = makePrefix(base, bits);
    all.push(prefix);
    prefixes.set(JSON.stringify(prefix), prefix);
  }
  return [...prefixes.values()];
}
