// PrefixTable against an uncompressed one-bit trie, and its loading against JSON.parse, over the
// ranges that ship. Run: node bench/prefix-table.ts, bun bench/prefix-table.ts
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { CloudRanges } from '@archeio/clouds';
import {
  formatPrefix,
  makeIPv4,
  makeIPv6,
  nextAddr,
  parsePrefix,
  PrefixTable,
  prefixLast,
  type Addr,
  type Prefix,
} from '@archeio/netip';
import { FlatTrie, NodeTrie } from './one-bit-trie.ts';

const addressCount = 4096;
const rounds = 15;
const passesPerRound = 40;
const warmUpPasses = 300;

/** Marsaglia's xorshift32: the same addresses in every run. */
let randomState = 0x9e3779b9;
function randomWord(): number {
  randomState ^= randomState << 13;
  randomState ^= randomState >>> 17;
  randomState ^= randomState << 5;
  return randomState >>> 0;
}

function makeAddresses(make: () => Addr): Addr[] {
  return Array.from({ length: addressCount }, make);
}

/** Keeps the bits that first and last have in common, the others at random. */
function randomAddrIn(prefix: Prefix): Addr {
  const first = prefix.addr;
  const last = prefixLast(prefix);
  const mix = (low: number, high: number): number => low | (randomWord() & (low ^ high));
  return first.family === 4
    ? makeIPv4(mix(first.w3, last.w3))
    : makeIPv6(
        mix(first.w0, last.w0),
        mix(first.w1, last.w1),
        mix(first.w2, last.w2),
        mix(first.w3, last.w3),
      );
}

/** All prefixes are equally likely, and so are all addresses in one. */
function makeHits(prefixes: readonly Prefix[]): Addr[] {
  return makeAddresses(() => randomAddrIn(prefixes[randomWord() % prefixes.length]));
}

/** Near covered space: up to 255 addresses past a prefix for IPv4, up to a /64 for IPv6. */
function makeNearMisses(prefixes: readonly Prefix[], table: PrefixTable): Addr[] {
  return makeAddresses(() => {
    for (;;) {
      const past = nextAddr(prefixLast(prefixes[randomWord() % prefixes.length]));
      if (past === undefined) continue;
      const addr =
        past.family === 4
          ? makeIPv4(past.w3 | (randomWord() & 0xff))
          : makeIPv6(past.w0, past.w1, randomWord(), randomWord());
      if (table.lookup(addr) < 0) return addr;
    }
  });
}

/**
 * The blocks of 2000::/3 that IANA has allocated to the registries: an address from elsewhere reaches no server
 * (iana.org/assignments/ipv6-unicast-address-assignments).
 */
const ALLOCATED = [
  '2001::/16',
  '2400::/12',
  '2600::/12',
  '2610::/23',
  '2620::/23',
  '2630::/12',
  '2800::/12',
  '2a00::/12',
  '2a10::/12',
  '2c00::/12',
].map(parsePrefix);

/** Anywhere in allocated space that no prefix covers. */
function makeFarMisses(family: 4 | 6, table: PrefixTable): Addr[] {
  return makeAddresses(() => {
    for (;;) {
      const addr =
        family === 4
          ? makeIPv4(randomWord())
          : randomAddrIn(ALLOCATED[randomWord() % ALLOCATED.length]);
      if (table.lookup(addr) < 0) return addr;
    }
  });
}

/** Alternates between the two lists. */
function mix(one: readonly Addr[], other: readonly Addr[]): Addr[] {
  return one.map((addr, at) => (at % 2 === 0 ? addr : other[at]));
}

type Pass = (addrs: readonly Addr[]) => number;

/** The table with all entries, and both tries with those of one family. */
function makeContestants(
  family: 4 | 6,
  entries: readonly (readonly [Prefix, number])[],
): { readonly table: PrefixTable; readonly flat: FlatTrie; readonly nodes: NodeTrie } {
  const table = PrefixTable.deserialize(PrefixTable.build(entries).serialize());
  const flat = new FlatTrie();
  const nodes = new NodeTrie();
  for (const [prefix, value] of entries) {
    if (prefix.addr.family !== family) continue;
    flat.insert(prefix, value);
    nodes.insert(prefix, value);
  }
  return { table, flat, nodes };
}

// One written-out pass for each contestant and family, so that the compiler sees one receiver in each
// loop and can inline every lookup alike.

function sumTableIPv4(table: PrefixTable, addrs: readonly Addr[]): number {
  let sum = 0;
  for (let at = 0; at < addrs.length; at++) sum += table.lookup(addrs[at]);
  return sum;
}
function sumTableIPv6(table: PrefixTable, addrs: readonly Addr[]): number {
  let sum = 0;
  for (let at = 0; at < addrs.length; at++) sum += table.lookup(addrs[at]);
  return sum;
}
function sumFlatIPv4(trie: FlatTrie, addrs: readonly Addr[]): number {
  let sum = 0;
  for (let at = 0; at < addrs.length; at++) sum += trie.lookupIPv4(addrs[at]);
  return sum;
}
function sumFlatIPv6(trie: FlatTrie, addrs: readonly Addr[]): number {
  let sum = 0;
  for (let at = 0; at < addrs.length; at++) sum += trie.lookupIPv6(addrs[at]);
  return sum;
}
function sumNodesIPv4(trie: NodeTrie, addrs: readonly Addr[]): number {
  let sum = 0;
  for (let at = 0; at < addrs.length; at++) sum += trie.lookupIPv4(addrs[at]);
  return sum;
}
function sumNodesIPv6(trie: NodeTrie, addrs: readonly Addr[]): number {
  let sum = 0;
  for (let at = 0; at < addrs.length; at++) sum += trie.lookupIPv6(addrs[at]);
  return sum;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Nanoseconds per lookup, the median of rounds in which the contestants take turns. */
function timePasses(passes: readonly Pass[], addrs: readonly Addr[]): number[] {
  const times = passes.map((): number[] => []);
  for (const pass of passes) {
    for (let warm = 0; warm < warmUpPasses; warm++) pass(addrs);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [contestant, pass] of passes.entries()) {
      const start = performance.now();
      for (let repeat = 0; repeat < passesPerRound; repeat++) pass(addrs);
      const elapsed = performance.now() - start;
      times[contestant].push((elapsed * 1e6) / (passesPerRound * addrs.length));
    }
  }
  return times.map(median);
}

function compareLookups(family: 4 | 6, entries: readonly (readonly [Prefix, number])[]): void {
  const prefixes = entries.map(([prefix]) => prefix).filter(({ addr }) => addr.family === family);
  const { table, flat, nodes } = makeContestants(family, entries);
  const passes: Pass[] =
    family === 4
      ? [
          (addrs) => sumTableIPv4(table, addrs),
          (addrs) => sumFlatIPv4(flat, addrs),
          (addrs) => sumNodesIPv4(nodes, addrs),
        ]
      : [
          (addrs) => sumTableIPv6(table, addrs),
          (addrs) => sumFlatIPv6(flat, addrs),
          (addrs) => sumNodesIPv6(nodes, addrs),
        ];
  const near = makeNearMisses(prefixes, table);
  const far = makeFarMisses(family, table);
  const cases: readonly (readonly [string, readonly Addr[]])[] = [
    ['hits', makeHits(prefixes)],
    ['misses, half near and half anywhere', mix(near, far)],
    ['misses near covered space only', near],
    ['misses anywhere only', far],
  ];
  for (const [, addrs] of cases) {
    for (const addr of addrs) {
      const expected = family === 4 ? flat.lookupIPv4(addr) : flat.lookupIPv6(addr);
      const other = family === 4 ? nodes.lookupIPv4(addr) : nodes.lookupIPv6(addr);
      if (table.lookup(addr) !== expected || other !== expected) {
        throw new Error(`the contestants disagree on ${JSON.stringify(addr)}`);
      }
    }
  }
  for (const [name, addrs] of cases) {
    const [ours, flatTime, nodeTime] = timePasses(passes, addrs);
    const show = (time: number): string => `${time.toFixed(1)} ns`.padStart(9);
    const ratio = (time: number): string => `${(time / ours).toFixed(1)} ×`.padStart(7);
    console.log(
      `IPv${family} ${name.padEnd(36)}${show(ours)} | trie in flat arrays ${show(flatTime)} ${ratio(flatTime)}` +
        ` | trie of objects ${show(nodeTime)} ${ratio(nodeTime)}`,
    );
  }
}

function compareLoading(entries: readonly (readonly [Prefix, number])[]): void {
  const table = PrefixTable.build(entries);
  const bytes = table.serialize();
  const json = JSON.stringify(entries.map(([prefix, value]) => [formatPrefix(prefix), value]));
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  const unaligned = shifted.subarray(1);
  const loaded = [...PrefixTable.deserialize(bytes).entries()];
  const parsed: unknown = JSON.parse(
    JSON.stringify(loaded.map(([prefix, value]) => [formatPrefix(prefix), value])),
  );
  if (JSON.stringify(parsed) !== json) throw new Error('the table and JSON disagree');
  const contestants = [
    () => PrefixTable.deserialize(bytes).size(4),
    () => PrefixTable.deserialize(unaligned).size(4),
    () => Number(Array.isArray(JSON.parse(json))),
  ];
  const times = contestants.map((): number[] => []);
  for (let round = 0; round < 150; round++) {
    for (const [contestant, load] of contestants.entries()) {
      const start = performance.now();
      load();
      times[contestant].push((performance.now() - start) * 1000);
    }
  }
  // The first rounds run before compilation.
  const [aligned, copied, parse] = times.map((each) => median(each.slice(50)));
  const first = times.map((each) => each[0].toFixed(0));
  console.log(
    `loading: ${aligned.toFixed(0)} µs, copied first where the bytes are not aligned ${copied.toFixed(0)} µs;` +
      ` JSON.parse ${parse.toFixed(0)} µs, ${(parse / aligned).toFixed(1)} × (${(parse / copied).toFixed(1)} ×);` +
      ` the very first time ${first[0]} µs, JSON.parse ${first[2]} µs`,
  );
  console.log(
    `memory: ${(bytes.length / 1024).toFixed(0)} KiB for ${table.size(4)} IPv4 and ${table.size(6)} IPv6 prefixes, all included`,
  );
}

const snapshot = new URL('../packages/clouds/data/ranges.bin', import.meta.url);
const entries = [...CloudRanges.decode(readFileSync(snapshot)).prefixes()];
const runtime =
  'Bun' in globalThis ? `Bun ${process.versions.bun}` : `Node ${process.versions.node}`;
console.log(`${runtime}, ${cpus()[0].model}, ${addressCount} addresses, nanoseconds a lookup`);
compareLoading(entries);
compareLookups(4, entries);
compareLookups(6, entries);
