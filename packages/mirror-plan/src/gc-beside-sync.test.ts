import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Completion } from './completion.ts';
import { findGarbage } from './garbage.ts';
import { makePlan } from './plan.ts';
import { ALL_PLATFORMS } from './platforms.ts';
import { readRepository } from './read-repository.ts';
import type { Contents } from './contents.ts';
import { WHOLE } from './shard.ts';
import { SinceDoubted } from './since-doubted.ts';
import { whyUnjudged } from './judging.ts';
import { sourceKey } from './record.ts';
import { formatSightings, parseSightings, seenSince } from './sightings.ts';
import type { ManifestSource } from './source.ts';

/** A destination and a source that change, with runs of sync and gc that take turns, step by step. */

const OLDER_THAN = 100;
const IMAGES = 4;
const BLOBS = 4;

const digest = (kind: string, number: number): string =>
  `sha256:${`${kind}${number}`.padEnd(64, '0')}`;
const descriptor = (name: string): object => ({ mediaType: '', digest: name, size: 1 });
const images = Array.from({ length: IMAGES }, (_, number) => digest('a', number));

/** Each image shares a blob with the next one; each index has two images. */
const MANIFESTS: ReadonlyMap<string, object> = new Map([
  ...images.map((name, number): [string, object] => [
    name,
    {
      layers: [number, (number + 1) % BLOBS].map((blob) => descriptor(digest('b', blob))),
    },
  ]),
  ...[0, 2].map((number): [string, object] => [
    digest('c', number),
    { manifests: images.slice(number, number + 2).map((name) => descriptor(name)) },
  ]),
]);
const TAGS: ReadonlyMap<string, string> = new Map(
  [...MANIFESTS.keys()].map((name, number) => [`v${number}`, name]),
);

/** Contents by everything they depend on: reading, which has its own tests, would take most of the time here. */
const READ = new Map<string, Contents>();

function readTags(
  name: string,
  tags: readonly string[],
  recorded: readonly string[],
): Promise<Contents> {
  const source: ManifestSource = {
    tags: async () => tags.map((tag) => ({ tag, digest: TAGS.get(tag) ?? '' })),
    resolve: async (_, tag) => ({ digest: TAGS.get(tag) ?? '' }),
    taggedManifest: () => Promise.reject(new Error('not asked for')),
    manifest: async (_, reference) => ({
      digest: reference,
      text: JSON.stringify(MANIFESTS.get(reference)),
      bytes: new Uint8Array(),
      contentType: '',
    }),
    referrers: async () => ({ found: [] }),
  };
  return readRepository(source, 'r', {
    source: name,
    chooseTags: (listed) => listed,
    platforms: ALL_PLATFORMS,
    isImmutable: () => true,
    isRecorded: (record) => recorded.includes(record),
    isGone: () => false,
    referrers: false,
    concurrency: 1,
  });
}

class World {
  now = 1000;
  /** Of each source. */
  readonly tags = new Map<string, Set<string>>();
  /** When each blob was written. */
  readonly blobs = new Map<string, number>();
  readonly records = new Set<string>();
  unreferenced: string | undefined;
  /** Runs of gc that finished without a refusal. */
  collections = 0;

  tagsOf(source: string): Set<string> {
    const tags = this.tags.get(source) ?? new Set();
    this.tags.set(source, tags);
    return tags;
  }

  /** Yields a promise only if it has to wait: promises are expensive in the test runner. */
  *read(name: string, recorded: readonly string[] = []): Generator<Promise<void>, Contents> {
    const tags = [...this.tagsOf(name)];
    const question = JSON.stringify([name, tags, recorded.toSorted()]);
    for (let contents = READ.get(question); ; contents = READ.get(question)) {
      if (contents !== undefined) return contents;
      yield readTags(name, tags, recorded).then((all) => void READ.set(question, all));
    }
  }

  listed = () => [...this.blobs].map(([name, modified]) => ({ digest: name, size: 1, modified }));
}

/** Yields undefined at the end of each step, and a promise where a step has to wait. */
type Running = Generator<Promise<void> | undefined, void>;
type Run = (world: World, source: string) => Running;

function* sync(world: World, source: string): Running {
  const begun = world.now;
  world.records.add(sourceKey(source));
  yield;
  const sightings = parseSightings(world.unreferenced);
  yield;
  const recorded = new Set(world.records);
  yield;
  const blobs = new Map(world.listed().map((blob) => [blob.digest, blob]));
  yield;
  const trusted = (record: string): boolean =>
    recorded.has(record) && !sightings.records.has(record);
  const contents = [yield* world.read(source, [...recorded].filter(trusted))];
  const stored = {
    name: '',
    sizeOf: (name: string) => blobs.get(name)?.size,
    isDoubted: (name: string) => {
      const blob = blobs.get(name);
      return blob !== undefined && seenSince(sightings, blob) !== undefined;
    },
  };
  const { copies } = makePlan(contents, [stored], WHOLE);
  const missing = new Set(copies.map((copy) => copy.digest));
  const doubt = new SinceDoubted(contents, sightings);
  const completion = new Completion(contents, (name) => (missing.has(name) ? undefined : 1));
  for (const copy of [undefined, ...copies]) {
    if (copy !== undefined) {
      if (copy.replace.length > 0 || !world.blobs.has(copy.digest))
        world.blobs.set(copy.digest, world.now);
      yield;
      completion.done(copy.digest, 1);
    }
    for (const record of completion.take()) {
      if (trusted(record)) continue;
      // Runs longer than the time between sighting and deletion are out of scope.
      if (world.now - begun >= OLDER_THAN) return;
      doubt.look(parseSightings(world.unreferenced));
      if (doubt.isIn(record)) continue;
      world.records.add(record);
      yield;
    }
  }
}

function* gc(world: World, source: string): Running {
  const recorded = new Set(world.records);
  yield;
  const stored = world.listed();
  const question = { source, records: recorded, hasBlobs: stored.length > 0, adoptsOlder: false };
  if (whyUnjudged(question) !== undefined) return;
  yield;
  const { manifests, tagRecords } = yield* world.read(source);
  if (manifests.length === 0) return;
  yield;
  const blobs = new Set(manifests.flatMap((each) => each.blobs.map((blob) => blob.digest)));
  const accounted = new Set([...manifests, ...tagRecords].map(({ record }) => record));
  accounted.add(sourceKey(source));
  const garbage = findGarbage({
    stored,
    records: recorded,
    isReferenced: (name) => blobs.has(name),
    isAccounted: (record) => accounted.has(record),
    sightings: parseSightings(world.unreferenced),
    now: world.now,
    olderThan: OLDER_THAN,
  });
  world.unreferenced = formatSightings({ ...garbage.sightings, objects: new Map() });
  yield;
  if ([...world.records].some((record) => !recorded.has(record))) return;
  yield;
  for (const record of garbage.records) {
    world.records.delete(record);
    yield;
  }
  const left = new Map(garbage.sightings.blobs);
  for (const { digest: name, modified } of garbage.blobs) {
    if (world.blobs.get(name) === modified) {
      world.blobs.delete(name);
      left.delete(name);
    }
    yield;
  }
  world.unreferenced = formatSightings({ blobs: left, records: new Set(), objects: new Map() });
  world.collections++;
}

/** Runs up to `steps` steps. @returns whether the run has ended */
async function advance(run: Running, steps: number, begin = () => {}): Promise<boolean> {
  for (let step = 0; step < steps; step++) {
    begin();
    let turn = run.next();
    for (; turn.value !== undefined; turn = run.next()) await turn.value;
    if (turn.done === true) return true;
  }
  return false;
}

const toEnd = (run: Running): Promise<boolean> => advance(run, Infinity);

type Event =
  | { readonly tag: string; readonly of: number }
  | { readonly wait: number }
  | { readonly run: number; readonly steps: number }
  | { readonly kill: number };

/** Changes of tags, passing time, and steps of some runs, for `sources` sources. */
const events = (sources: number, runs: number): fc.Arbitrary<Event[]> => {
  const run = fc.nat({ max: runs - 1 });
  const event = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        tag: fc.constantFrom(...TAGS.keys()),
        of: fc.nat({ max: sources - 1 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(1, OLDER_THAN / 2, OLDER_THAN) }) },
    { weight: 8, arbitrary: fc.record({ run, steps: fc.constantFrom(1, 2, 5, 30) }) },
    { weight: 1, arbitrary: fc.record({ kill: run }) },
  );
  return fc.array(event, { maxLength: 60, size: 'max' });
};

/** Interleaves runs according to the events, and then finishes them. */
async function play(
  world: World,
  sources: readonly string[],
  starts: readonly (readonly [Run, string])[],
  all: readonly Event[],
): Promise<void> {
  const running: (Running | undefined)[] = [];
  for (const each of all) {
    world.now++;
    if ('tag' in each) {
      const tags = world.tagsOf(sources[each.of]);
      if (!tags.delete(each.tag)) tags.add(each.tag);
    } else if ('wait' in each) world.now += each.wait;
    else if ('kill' in each) running[each.kill] = undefined;
    else {
      const [start, source] = starts[each.run];
      const run = (running[each.run] ??= start(world, source));
      if (await advance(run, each.steps, () => world.now++)) running[each.run] = undefined;
    }
  }
  for (const run of running) if (run !== undefined) await toEnd(run);
}

async function assertNothingMissing(world: World, source: string): Promise<void> {
  const { manifests } = await readTags(source, [...world.tagsOf(source)], []);
  const needed = manifests.flatMap(({ blobs }) => blobs.map((blob) => blob.digest));
  assert.deepEqual(
    needed.filter((name) => !world.blobs.has(name)),
    [],
  );
}

test('however gc and two runs of sync interleave, the next sync leaves nothing missing', async () => {
  const starts = [
    [gc, 's'],
    [sync, 's'],
    [sync, 's'],
  ] as const;
  let collections = 0;
  const property = fc.asyncProperty(events(1, starts.length), async (all) => {
    const world = new World();
    await play(world, ['s'], starts, all);
    collections += world.collections;
    await toEnd(sync(world, 's'));
    await assertNothingMissing(world, 's');
  });
  await fc.assert(property, { numRuns: 3000 });
  assert.ok(collections > 300, String(collections));
});

test('two sources in one destination, with gc of both: neither loses what it needs', async () => {
  const sources = ['s', 't'];
  const starts = sources.flatMap((source) => [
    [gc, source] as const,
    [sync, source] as const,
    [sync, source] as const,
  ]);
  let collections = 0;
  const property = fc.asyncProperty(events(2, starts.length), async (all) => {
    const world = new World();
    await play(world, sources, starts, all);
    collections += world.collections;
    for (const source of sources) await toEnd(sync(world, source));
    for (const source of sources) await assertNothingMissing(world, source);
    // From here on, gc of neither source deletes anything, however long it waits.
    for (let turn = 0; turn < 3; turn++) {
      world.now += 2 * OLDER_THAN;
      for (const source of sources) await toEnd(gc(world, source));
    }
    for (const source of sources) await assertNothingMissing(world, source);
  });
  await fc.assert(property, { numRuns: 3000 });
  assert.ok(collections > 50, String(collections));
});
