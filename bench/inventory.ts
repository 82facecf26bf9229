/**
 * What an inventory costs: bits per blob, the time to build, write and read it, and look-ups compared with a Set of digests.
 * Both must agree before they are timed.
 *
 * Usage: node bench/inventory.ts, or bun bench/inventory.ts.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { availableParallelism, cpus } from 'node:os';
import {
  decodeInventory,
  encodeInventory,
  InventoryBuilder,
  provesAbsent,
} from '@archeio/inventory';

const MILLION = 1_000_000;
const ROUNDS = 5;

const digestOf = (number: number): string =>
  `sha256:${createHash('sha256').update(String(number)).digest('hex')}`;

function timed<Value>(work: () => Value): { readonly value: Value; readonly seconds: number } {
  const begun = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - begun) / 1000 };
}

/** The median of a few rounds, in millions per second. */
function rate(digests: readonly string[], has: (digest: string) => boolean, least: number): string {
  const seconds = Array.from({ length: ROUNDS }, () => {
    const { value, seconds } = timed(() =>
      digests.reduce((sum, each) => sum + Number(has(each)), 0),
    );
    assert.ok(value >= least);
    return seconds;
  }).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  return (digests.length / seconds / MILLION).toFixed(1);
}

const stored = Array.from({ length: MILLION }, (_, number) => digestOf(number));
const others = Array.from({ length: MILLION }, (_, number) => digestOf(-1 - number));

const builder = new InventoryBuilder();
const adding = timed(() => stored.forEach((digest) => builder.add(digest)));
const building = timed(() => builder.build({ date: 0, destination: 'bench', key: '{digest}' }));
const writing = timed(() => encodeInventory(building.value));
const reading = timed(() => decodeInventory(writing.value));
const inventory = reading.value;
const set = new Set(stored);

assert.equal(inventory.filter.count, set.size);
for (const digest of stored) assert.ok(set.has(digest) && !provesAbsent(inventory, digest));
const wrong = others.filter((digest) => !set.has(digest) && !provesAbsent(inventory, digest));
assert.ok(Math.abs(wrong.length / MILLION - 1 / 256) < 1 / 2560);

console.log(
  [
    `${process.versions.bun ? `bun ${process.versions.bun}` : `node ${process.versions.node}`}, ${availableParallelism()} × ${cpus()[0]?.model}`,
    `${((8 * writing.value.length) / MILLION).toFixed(2)} bits per blob; 1 absent blob in ${(MILLION / wrong.length).toFixed(0)} is reported as present`,
    `a million blobs: listed in ${adding.seconds.toFixed(2)} s, built in ${building.seconds.toFixed(2)} s, written in ${(1000 * writing.seconds).toFixed(0)} ms, read in ${(1000 * reading.seconds).toFixed(0)} ms`,
    '',
    'look-ups, million per second  inventory   Set',
    ...(
      [
        ['blobs that are there', stored, MILLION],
        ['blobs that are not', others, 0],
      ] as const
    ).map(([name, digests, least]) => {
      const mine = rate(digests, (digest) => !provesAbsent(inventory, digest), least);
      const twin = rate(digests, (digest) => set.has(digest), least);
      return `${name.padEnd(27)}${mine.padStart(11)}${twin.padStart(6)}`;
    }),
  ].join('\n'),
);
