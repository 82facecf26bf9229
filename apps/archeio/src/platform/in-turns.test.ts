import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapInSteps, type Steps } from '@archeio/redirect';
import { assemble } from '../worker/assemble.ts';
import { backendsOf } from '../worker/compile-generation.ts';
import { parseServed } from '../configuration/testing/parse-served.ts';
import { Inventories } from '../backends/inventory/inventories.ts';
import { BackendOwner } from '../supervisor/backend-owner.ts';
import { inTurns } from './in-turns.ts';
import { Lifecycle } from './lifecycle.ts';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import { WorkerMetrics } from '../metrics/worker-metrics.ts';
import { presignerFor } from '../backends/signing/presigner.ts';
import { shippedRanges, shippedRangesBytes } from '../configuration/shipped.ts';
import { countedOperations } from '../worker/testing/counted-operations.ts';
import { Memory } from '../backends/presence/memory.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {}, level: 'error' } as const;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

test('runs a turn of the event loop between pieces, and returns the result', async () => {
  let turns = 0;
  const result = await inTurns(
    mapInSteps(numbers(1200), (number) => number + 1),
    () => Promise.resolve(turns++),
  );
  assert.equal(turns, 2);
  assert.equal(result.at(-1), 1200);
  let went = false;
  setImmediate(() => (went = true));
  await inTurns(mapInSteps(numbers(501), String));
  assert.ok(went);
});

test('rejects with the error of a piece', async () => {
  const failing = mapInSteps(numbers(1000), (number) => {
    if (number === 700) throw new RangeError('700');
  });
  await assert.rejects(inTurns(failing), RangeError);
});

/** Number of operations of the longest piece. */
function longestPiece<T>(steps: Steps<T>): readonly [most: number, result: T] {
  for (let most = 0; ;) {
    const next: { result?: IteratorResult<undefined, T> } = {};
    most = Math.max(
      most,
      countedOperations(() => (next.result = steps.next())),
    );
    if (next.result?.done === true) return [most, next.result.value];
  }
}

/** A configuration with a number of hosts. */
function wideOf(hosts: number) {
  return parseServed({
    version: 1,
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: numbers(hosts).map((number) => ({
      name: `r${number}`,
      hosts: [`h${number}.example`, `*.w${number}.example`],
      upstreams: [{ name: `u${number}`, url: `https://u${number}.upstream.net` }],
    })),
    stores: [{ name: 's', url: 'https://s.example', key: '{digest}', default: true }],
    networks: Object.fromEntries(
      numbers(hosts).map((number) => [`n${number}`, [`10.${number >> 8}.${number & 255}.0/24`]]),
    ),
  });
}

test('no piece of a generation change grows with the number of hosts', async () => {
  const presigner = await presignerFor([], MONOTONIC_CLOCK, SILENT);
  const longest = [1500, 6000].map((hosts) => {
    const configuration = wideOf(hosts);
    const generation = { number: 1, configuration, ranges: shippedRangesBytes() };
    const [numbering, backends] = longestPiece(backendsOf(generation));
    const owner = new BackendOwner({
      clock: MONOTONIC_CLOCK,
      log: SILENT,
      onConditions: () => undefined,
    });
    const [finding] = longestPiece(owner.numbered(backends));
    const supervisor = {
      observed() {},
      found() {},
      noticed() {},
      wantsTrial() {},
      events() {},
    };
    const memory = new Memory(configuration.presence, {
      clock: MONOTONIC_CLOCK,
      seed: [1, 2],
      workers: 1,
      createChecker: () => ({ check: () => new Promise(() => undefined), close() {} }),
      supervisor,
    });
    const [assembling] = longestPiece(
      assemble(configuration, {
        generation: 1,
        ranges: shippedRanges(),
        memory,
        presigner,
        inventories: new Inventories(MONOTONIC_CLOCK),
        lifecycle: new Lifecycle(),
        supervisor,
        clock: MONOTONIC_CLOCK,
        log: SILENT,
        metrics: new WorkerMetrics(MONOTONIC_CLOCK),
      }),
    );
    return { numbering, finding, assembling };
  });
  const [few, many] = longest;
  // Lists are copied and sorted in one piece: a few steps per host, of about a hundred in all.
  const COPIES = 5;
  for (const work of ['numbering', 'finding', 'assembling'] as const)
    assert.ok(
      many[work] - few[work] <= COPIES * 4500,
      `${work}: ${few[work]} and ${many[work]} in one piece`,
    );
});
