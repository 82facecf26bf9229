import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Completion } from './completion.ts';
import { findGarbage } from './garbage.ts';
import { makePlan } from './plan.ts';
import { ALL_PLATFORMS } from './platforms.ts';
import { type Contents, readRepository } from './read-repository.ts';
import { WHOLE } from './shard.ts';
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

class World {
  now = 1000;
  readonly tags = new Set<string>();
  /** When each blob was written. */
  readonly blobs = new Map<string, number>();
  readonly records = new Set<string>();
  unreferenced: string | undefined;

  read(isRecorded: (record: string) => boolean): Promise<Contents> {
    const source: ManifestSource = {
      tags: async () => [...this.tags].map((tag) => ({ tag, digest: TAGS.get(tag) ?? '' })),
      resolve: async (_, tag) => ({ digest: TAGS.get(tag) ?? '' }),
      taggedManifest: () => Promise.reject(new Error('not asked for')),
      manifest: async (_, name) => ({
        digest: name,
        text: JSON.stringify(MANIFESTS.get(name)),
        contentType: '',
      }),
      referrers: async () => ({ found: [] }),
    };
    return readRepository(source, 'r', {
      chooseTags: (listed) => listed,
      platforms: ALL_PLATFORMS,
      isImmutable: () => true,
      isRecorded,
      isGone: () => false,
      referrers: false,
      concurrency: 1,
    });
  }

  listed = () => [...this.blobs].map(([name, modified]) => ({ digest: name, size: 1, modified }));
}

async function* sync(world: World): AsyncGenerator<void> {
  const begun = world.now;
  const sightings = parseSightings(world.unreferenced);
  yield;
  const recorded = new Set(world.records);
  yield;
  const blobs = new Map(world.listed().map((blob) => [blob.digest, blob]));
  yield;
  const trusted = (record: string): boolean =>
    recorded.has(record) && !sightings.records.has(record);
  const contents = [await world.read(trusted)];
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
      // One that lasts for longer than it takes from the first sight to the deletion is not provided for.
      if (world.now - begun >= OLDER_THAN) return;
      world.records.add(record);
      yield;
    }
  }
}

async function* gc(world: World): AsyncGenerator<void> {
  const recorded = new Set(world.records);
  yield;
  const stored = world.listed();
  const { now } = world;
  yield;
  const { manifests, tagRecords } = await world.read(() => false);
  if (manifests.length === 0) return;
  yield;
  const blobs = new Set(manifests.flatMap((each) => each.blobs.map((blob) => blob.digest)));
  const accounted = new Set([...manifests, ...tagRecords].map(({ record }) => record));
  const garbage = findGarbage({
    stored,
    records: recorded,
    isReferenced: (name) => blobs.has(name),
    isAccounted: (record) => accounted.has(record),
    sightings: parseSightings(world.unreferenced),
    now,
    olderThan: OLDER_THAN,
  });
  world.unreferenced = formatSightings(garbage.sightings);
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
  world.unreferenced = formatSightings({ blobs: left, records: new Set() });
}

const toEnd = async (run: AsyncGenerator<void>): Promise<void> => {
  for await (const _ of run);
};

type Event =
  | { readonly tag: string }
  | { readonly wait: number }
  | { readonly run: number; readonly steps: number }
  | { readonly kill: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ tag: fc.constantFrom(...TAGS.keys()) }) },
  { weight: 2, arbitrary: fc.record({ wait: fc.constantFrom(1, OLDER_THAN / 2, OLDER_THAN) }) },
  {
    weight: 8,
    arbitrary: fc.record({ run: fc.nat({ max: 2 }), steps: fc.constantFrom(1, 2, 5, 30) }),
  },
  { weight: 1, arbitrary: fc.record({ kill: fc.nat({ max: 2 }) }) },
);

test('whatever gc and two runs of sync do beside each other: the next sync leaves nothing missing', async () => {
  const property = fc.asyncProperty(
    fc.array(event, { maxLength: 60, size: 'max' }),
    async (events) => {
      const world = new World();
      const starts = [gc, sync, sync];
      const running: (AsyncGenerator<void> | undefined)[] = [];
      for (const each of events) {
        world.now++;
        if ('tag' in each) {
          if (!world.tags.delete(each.tag)) world.tags.add(each.tag);
        } else if ('wait' in each) world.now += each.wait;
        else if ('kill' in each) running[each.kill] = undefined;
        else {
          const run = (running[each.run] ??= starts[each.run](world));
          for (let step = 0; step < each.steps; step++) {
            world.now++;
            if ((await run.next()).done !== true) continue;
            running[each.run] = undefined;
            break;
          }
        }
      }
      for (const run of running) if (run !== undefined) await toEnd(run);
      await toEnd(sync(world));
      const { manifests } = await world.read(() => false);
      const needed = manifests.flatMap(({ blobs }) => blobs.map((blob) => blob.digest));
      const missing = needed.filter((name) => !world.blobs.has(name));
      assert.deepEqual(missing, []);
    },
  );
  await fc.assert(property, { numRuns: 3000 });
});
