import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce } from '@archeio/redirect';
import { parseServed } from '../configuration/testing/parse-served.ts';
import { shippedRanges, shippedRangesBytes } from '../configuration/shipped.ts';
import { backendsOf, backendsServedHere, compileGeneration } from './compile-generation.ts';
import { loneWorker } from './testing/lone-worker.ts';
import { WIDE } from './testing/wide.ts';

test('a configuration is compiled once for the ranges that it is served with, and anew for others', () => {
  const configuration = parseServed(WIDE);
  const [ranges, others] = [shippedRanges(), shippedRanges()];
  const compiled = atOnce(compileGeneration(configuration, ranges));
  assert.equal(atOnce(compileGeneration(configuration, ranges)), compiled);
  assert.notEqual(atOnce(compileGeneration(configuration, others)), compiled);
  assert.notEqual(atOnce(compileGeneration(parseServed(WIDE), others)).policy, compiled.policy);
});

test('backends have the same numbers wherever their workers are', () => {
  const generation = { number: 1, configuration: parseServed(WIDE), ranges: shippedRangesBytes() };
  const named = (backends: ReturnType<typeof atOnce<readonly { name: string; index: number }[]>>) =>
    backends.map(({ name, index }) => `${index} ${name}`);
  assert.deepEqual(
    named(atOnce(backendsServedHere(generation))),
    named(atOnce(backendsOf(generation))),
  );
});

test('what was made ready for a generation that cannot be compiled is closed', async () => {
  const { worker, checkers } = loneWorker();
  const configuration = parseServed(WIDE);
  const registries = configuration.registries.map((each) => ({ ...each, upstreams: [] }));
  const broken = { ...configuration, registries };
  await assert.rejects(
    worker.prepare({ number: 1, configuration: broken, ranges: shippedRangesBytes() }),
    /has no upstream/,
  );
  assert.deepEqual(
    checkers.map(({ closed }) => closed),
    [true],
  );
});
