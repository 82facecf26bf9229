/**
 * What a known blob costs: bytes of resident memory per entry in total, when memory is full, and the
 * time of a look-up compared with the obvious way, a Map with one object per entry.
 *
 * Usage: node bench/presence-memory.ts, or bun bench/presence-memory.ts. Each memory figure comes
 * from a separate process, so that none reuses pages that another has freed.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  Presence,
  readHexWords,
  type CheckResult,
  type Clock,
  type Known,
} from '@archeio/presence';

const MILLION = 1_000_000;
const LIMIT = 64;
const SPACES = 20;
const IN_FLIGHT = 64;

type Contestant = 'flat' | 'Map';

/** A clock that does not advance: nothing expires, and no timer is set while memory fills. */
const STILL: Clock = { now: () => 0, after: () => () => undefined };

const HEX = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, '0'));

/** The words of a number's digest: 256 bits that look random and are the same in every run. */
function writeDigest(number: number, words: Uint32Array): void {
  let state = Math.imul(number + 1, 0x9e3779b1);
  for (let word = 0; word < 7; word++) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    words[word] = mixed ^ (mixed >>> 14);
  }
  words[7] = number;
}

const digestWords = new Uint32Array(8);

function digestOf(number: number): string {
  writeDigest(number, digestWords);
  return digestWords.reduce(
    (text, word) => text + HEX[word >>> 16] + HEX[word & 0xffff],
    'sha256:',
  );
}

function resultOf(number: number): CheckResult {
  return number % 3 === 0 ? { state: 'absent', size: -1 } : { state: 'present', size: number };
}

/** A contestant. */
interface Memory<Key> {
  readonly keyOf: (number: number) => Key;
  lookup(space: number, key: Key): Known;
  sizeOf(space: number, key: Key): number;
  fill(entries: number): Promise<void>;
}

/** Keys are digests, as in requests, or their numbers, to fill without a string for each. */
class FlatMemory<Key extends string | number> implements Memory<Key> {
  #next = 0;
  readonly keyOf: (number: number) => Key;
  readonly #presence: Presence<Key>;

  constructor(
    entries: number,
    keyOf: (number: number) => Key,
    write: (key: Key, words: Uint32Array) => void,
  ) {
    this.keyOf = keyOf;
    this.#presence = new Presence<Key>({
      spaces: SPACES,
      keys: { classes: [{ words: 8, entries }], classOf: () => 0, write },
      check: () => Promise.resolve(resultOf(this.#next)),
      clock: STILL,
      seed: [0x2545f491, 0x4f6cdd1d],
      inFlight: IN_FLIGHT,
    });
  }

  lookup(space: number, key: Key): Known {
    return this.#presence.lookup(space, key);
  }

  sizeOf(space: number, key: Key): number {
    return this.#presence.sizeOf(space, key);
  }

  async fill(entries: number): Promise<void> {
    for (this.#next = 0; this.#next < entries; this.#next++) {
      this.#presence.check(this.#next % SPACES, this.keyOf(this.#next));
      if (this.#next % IN_FLIGHT === 0) await settled();
    }
    await settled();
    assert.equal(this.#presence.refused, 0);
  }
}

/** Lets checks settle as a server does, between turns of the event loop. */
async function settled(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

interface MapEntry {
  readonly state: 'present' | 'absent' | 'unknown';
  readonly size: number;
  readonly refreshAt: number;
  readonly expiresAt: number;
  used: boolean;
}

class MapMemory implements Memory<string> {
  readonly keyOf = digestOf;
  readonly #spaces = Array.from({ length: SPACES }, () => new Map<string, MapEntry>());

  lookup(space: number, digest: string): Known {
    const entry = this.#spaces[space].get(digest);
    if (entry === undefined || STILL.now() >= entry.expiresAt) return 'unasked';
    entry.used = true;
    return entry.state === 'present' && STILL.now() >= entry.refreshAt ? 'stale' : entry.state;
  }

  sizeOf(space: number, digest: string): number {
    return this.#spaces[space].get(digest)?.size ?? -1;
  }

  fill(entries: number): Promise<void> {
    for (let number = 0; number < entries; number++) {
      this.#spaces[number % SPACES].set(digestOf(number), {
        ...resultOf(number),
        refreshAt: 86_400_000 + number,
        expiresAt: 172_800_000 + number,
        used: false,
      });
    }
    return Promise.resolve();
  }
}

function numberedMemory(entries: number): Memory<number> {
  return new FlatMemory(entries, (number) => number, writeDigest);
}

function digestMemory(entries: number): Memory<string> {
  return new FlatMemory(entries, digestOf, (digest, words) => readHexWords(digest, 7, words));
}

/** Asserts that every answer is right, for remembered and other blobs. */
function verify<Key>(memory: Memory<Key>, entries: number, step: number): void {
  for (let number = 0; number < entries; number += step) {
    const { state, size } = resultOf(number);
    const key = memory.keyOf(number);
    assert.equal(memory.lookup(number % SPACES, key), state);
    assert.equal(memory.sizeOf(number % SPACES, key), size);
    assert.equal(memory.lookup((number + 1) % SPACES, key), 'unasked');
    assert.equal(memory.lookup(0, memory.keyOf(entries + number)), 'unasked');
  }
}

/** Bytes, without the garbage that filling left. */
function residentAfterCollection(): number {
  assert.ok(globalThis.gc, 'cannot measure without --expose-gc');
  globalThis.gc();
  return process.memoryUsage.rss();
}

/** Prints bytes per entry: untouched, and full. */
async function measure(contestant: Contestant, entries: number): Promise<void> {
  // The heap first grows as for any such work; growth after that is due to the entries.
  await numberedMemory(1_000).fill(500_000);
  const before = residentAfterCollection();
  if (contestant === 'flat') await print(numberedMemory(entries), entries, before);
  else await print(new MapMemory(), entries, before);
}

async function print<Key>(memory: Memory<Key>, entries: number, before: number): Promise<void> {
  const untouched = residentAfterCollection() - before;
  await memory.fill(entries);
  const full = residentAfterCollection() - before;
  verify(memory, entries, Math.ceil(entries / 10_000));
  console.log(JSON.stringify({ untouched: untouched / entries, full: full / entries }));
}

interface Measured {
  readonly untouched: number;
  readonly full: number;
}

function measureApart(contestant: Contestant, entries: number): Measured {
  const self = fileURLToPath(import.meta.url);
  const options = ['--expose-gc', self, contestant, String(entries)];
  const child = spawnSync(process.execPath, options, { encoding: 'utf8' });
  assert.equal(child.status, 0, child.stderr);
  return JSON.parse(child.stdout);
}

/** The median of three: at a million entries the runtime's own heap changes the figure by a few bytes. */
function measureThrice(contestant: Contestant, entries: number): Measured {
  const runs = Array.from({ length: 3 }, () => measureApart(contestant, entries));
  return runs.sort((a, b) => a.full - b.full)[1];
}

/** The median of five samples of each, taken in turn, so that disturbances affect both. */
function nanosecondsPerLookup(
  memories: readonly Memory<string>[],
  numbers: readonly number[],
): number[] {
  const digests = numbers.map(digestOf);
  const samples = memories.map((): number[] => []);
  for (let turn = 0; turn < 5; turn++) {
    for (const [index, memory] of memories.entries()) {
      samples[index].push(sample(memory, numbers, digests));
    }
  }
  return samples.map((each) => each.sort((x, y) => x - y)[2]);
}

function sample(
  memory: Memory<string>,
  numbers: readonly number[],
  digests: readonly string[],
): number {
  const rounds = Math.ceil(MILLION / digests.length);
  const start = process.hrtime.bigint();
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < digests.length; index++) {
      memory.lookup(numbers[index] % SPACES, digests[index]);
    }
  }
  return Number(process.hrtime.bigint() - start) / rounds / digests.length;
}

async function timeLookups(): Promise<void> {
  const flat = digestMemory(MILLION);
  const map = new MapMemory();
  for (const memory of [flat, map]) {
    await memory.fill(MILLION);
    verify(memory, MILLION, 100);
  }
  const some = (count: number, from: number) =>
    Array.from({ length: count }, (_, index) => from + ((index * 7919) % MILLION));
  const cases = [
    ['1,000 known blobs', some(1_000, 0)],
    ['100,000 known blobs', some(100_000, 0)],
    ['100,000 unknown blobs', some(100_000, MILLION)],
  ] as const;
  for (const [name, numbers] of cases) {
    const [ours, theirs] = nanosecondsPerLookup([flat, map], numbers);
    console.log(
      `look-up of ${name}: flat ${ours.toFixed(0)} ns, Map ${theirs.toFixed(0)} ns, ratio ${(ours / theirs).toFixed(2)}`,
    );
  }
}

function bytes(value: number): string {
  return `${value.toFixed(1)} bytes an entry`;
}

async function compare(): Promise<void> {
  const runtime = process.versions.bun ? `Bun ${process.versions.bun}` : `Node ${process.version}`;
  console.log(`${cpus()[0].model}, ${availableParallelism()} cores, ${runtime}`);
  const flat = measureThrice('flat', MILLION);
  const map = measureApart('Map', MILLION);
  const tenfold = measureApart('flat', 10 * MILLION);
  console.log(
    `flat,  1,000,000 entries: full ${bytes(flat.full)}, untouched ${bytes(flat.untouched)}`,
  );
  console.log(
    `flat, 10,000,000 entries: full ${bytes(tenfold.full)}, untouched ${bytes(tenfold.untouched)}`,
  );
  console.log(
    `Map,   1,000,000 entries: ${bytes(map.full)}, ${(map.full / flat.full).toFixed(1)} times as much`,
  );
  await timeLookups();
  const worst = Math.max(flat.full, tenfold.full);
  console.log(`at most ${LIMIT} bytes an entry: ${worst <= LIMIT ? 'yes' : 'NO'}`);
  process.exitCode = worst <= LIMIT ? 0 : 1;
}

const [contestant, entries] = process.argv.slice(2);
if (contestant === 'flat' || contestant === 'Map') await measure(contestant, Number(entries));
else await compare();
