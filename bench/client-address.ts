import assert from 'node:assert/strict';
import { cpus } from 'node:os';
import { compileTopology, type ClientAddressReader } from '@archeio/client-address';
import { type Addr, formatAddr, parseAddr, parsePrefix } from '@archeio/netip';
import {
  obviousElements,
  obviousHops,
  obviousWalk,
} from '../packages/client-address/src/testing/obvious-reader.ts';

/** Reads client addresses by `compileTopology` and by split and regular expressions; both must agree before they are timed. */

const CALLS = 200_000;
const ROUNDS = 5;
const HEADERS = 1024;

const prefixes = ['10.0.0.0/8', '2001:db8::/32'].map(parsePrefix);
const source = { peer: '10.0.0.1' };
const peer = parseAddr(source.peer);

/** Header texts that differ from each other, as requests do. */
function headers(write: (v4: string, v6: string) => string): string[] {
  return Array.from({ length: HEADERS }, (_, n) =>
    write(`35.${n >> 2}.${n & 255}.${(n * 7) & 255}`, `2600:1f18:${n.toString(16)}::${n}`),
  );
}

interface Contest {
  readonly name: string;
  readonly lines: readonly string[];
  readonly reader: ClientAddressReader;
  readonly obvious: (lines: string) => Addr | string;
}

const hops = compileTopology({ kind: 'hops', hops: 2 });
const proxies = compileTopology({ kind: 'trusted-proxies', prefixes, use: 'x-forwarded-for' });
const byHops = (lines: string) => obviousHops(lines, 2, peer);
const byWalk = (lines: string) => obviousWalk(obviousElements(lines), prefixes, peer);
const contests: readonly Contest[] = [
  {
    name: 'hops 2, IPv4',
    lines: headers((v4) => `${v4}, 34.1.2.3`),
    reader: hops,
    obvious: byHops,
  },
  {
    name: 'hops 2, IPv6',
    lines: headers((_, v6) => `${v6}, 34.1.2.3`),
    reader: hops,
    obvious: byHops,
  },
  {
    name: 'hops 2, six spoofed before it',
    lines: headers((v4) => `${'198.51.100.1, '.repeat(6)}${v4}, 34.1.2.3`),
    reader: hops,
    obvious: byHops,
  },
  {
    name: 'two trusted proxies',
    lines: headers((v4) => `${v4}, 10.0.0.2, 2001:db8::3`),
    reader: proxies,
    obvious: byWalk,
  },
];

/** Nanoseconds per call: the median of the rounds. */
function time(lines: readonly string[], read: (lines: string) => unknown): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    for (let call = 0; call < CALLS; call++) read(lines[call % HEADERS]);
    return ((performance.now() - start) * 1e6) / CALLS;
  });
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1];
}

const text = (addr: Addr | string) => (typeof addr === 'string' ? addr : formatAddr(addr));
for (const { lines, reader, obvious } of contests) {
  for (const each of lines) assert.equal(text(reader.read(each, source)), text(obvious(each)));
}

const runtime =
  process.versions.bun === undefined ? `Node ${process.version}` : `Bun ${process.versions.bun}`;
console.log(`${cpus()[0].model}, ${runtime}`);
for (const { name, lines, reader, obvious } of contests) {
  const fast = time(lines, (each) => reader.read(each, source));
  const slow = time(lines, obvious);
  console.log(
    `${name}: ${fast.toFixed(0)} ns; split and regular expressions ${slow.toFixed(0)} ns, ${(slow / fast).toFixed(1)} x`,
  );
}
