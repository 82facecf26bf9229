import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { manifestKey, referrersKeys, tagListKey } from './copy-keys.ts';
import {
  changesCopy,
  type CopiedRepository,
  type CopyPlan,
  isTagCopied,
  type ListedCopy,
  NOT_COPIED,
  planCopy,
  tagListText,
  wholeInCopy,
} from './copy-plan.ts';
import { goneTags, neededManifests, unneededObjects } from './copy-garbage.ts';
import type { ManifestFacts } from '../manifest-facts.ts';
import { contentsOf, randomManifests } from './testing/random-source.ts';
import { writingOrder } from './writing-order.ts';

/** A copy of one repository, as it is written object by object. */
class SimulatedCopy {
  readonly objects = new Map<string, ListedCopy>();
  readonly blobs = new Set<string>();
  copied: CopiedRepository = NOT_COPIED;
  #versions = 0;

  put(key: string, size: number): string {
    const version = `version ${++this.#versions}`;
    this.objects.set(key, { key, size, modified: 0, version });
    return version;
  }

  /** The writes of a plan, in order. */
  *steps(plan: CopyPlan): Generator<() => void> {
    const tags = new Map(plan.state.tags);
    for (const { digest } of plan.blobs) yield () => void this.blobs.add(digest);
    for (const digest of plan.manifests.flat())
      yield () => void this.put(manifestKey('r', digest), plan.state.manifests.get(digest)!.size);
    for (const { key, text } of plan.referrers) yield () => void this.put(key, text.length);
    for (const { tag, digest } of plan.tags)
      yield () => {
        const { size } = plan.state.manifests.get(digest)!;
        tags.set(tag, { digest, version: this.put(manifestKey('r', tag), size) });
        this.names.set(tag, digest);
      };
    const { tagList } = plan;
    if (tagList !== undefined) yield () => void this.put(tagList.key, tagList.text.length);
    for (const tag of plan.deleted)
      yield () => {
        this.objects.delete(manifestKey('r', tag));
        this.names.delete(tag);
      };
    yield () => {
      this.copied = { state: { ...plan.state, tags }, listed: new Map() };
    };
  }

  /** What each tag's object really names. */
  readonly names = new Map<string, string>();

  /** As the next run lists it. */
  listed(): CopiedRepository {
    return { state: this.copied.state, listed: new Map(this.objects) };
  }

  /** Asserts that a reader who begins at any tag finds everything. */
  check(manifests: ReadonlyMap<string, ManifestFacts>): void {
    const open = [...this.names.values()];
    for (const digest of open) {
      assert.ok(this.objects.has(manifestKey('r', digest)), `${digest} is missing`);
      assert.ok(this.blobs.has(`blob of ${digest}`), `the blob of ${digest} is missing`);
      open.push(...manifests.get(digest)!.entries);
    }
  }
}

const randomTags = (count: number) =>
  fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(count)).map((tags) => {
    const all = Object.entries(tags).map(([tag, at]): [string, string] => [
      tag,
      `sha256:${at % count}`,
    ]);
    return new Map(all);
  });

test('whatever is interrupted, a reader sees only whole images, and a whole run gives what the source has', () => {
  fc.assert(
    fc.property(
      randomManifests.chain((manifests) =>
        fc.tuple(
          fc.constant(manifests),
          fc.array(
            fc.record({
              tags: randomTags(manifests.size),
              /** Blobs that cannot be copied in this run. */
              missing: fc.array(fc.nat(manifests.size)),
              stopsAfter: fc.option(fc.nat(20), { nil: undefined }),
              follows: fc.boolean(),
            }),
            { maxLength: 5 },
          ),
        ),
      ),
      ([manifests, runs]) => {
        const copy = new SimulatedCopy();
        for (const { tags, missing, stopsAfter, follows } of runs) {
          const lost = new Set(missing.map((at) => `blob of sha256:${at}`));
          const plan = planCopy({
            contents: contentsOf(manifests, tags),
            copied: copy.listed(),
            isStored: ({ digest }) => !lost.has(digest),
            linksBlobs: true,
            follows,
          });
          let steps = 0;
          for (const step of copy.steps(plan)) {
            if (steps++ === stopsAfter) break;
            step();
            copy.check(manifests);
          }
          if (stopsAfter !== undefined || !plan.isWhole) continue;
          for (const [tag, digest] of tags) assert.equal(copy.names.get(tag), digest);
          if (follows && tags.size > 0)
            assert.deepEqual([...copy.names.keys()].toSorted(), [...tags.keys()].toSorted());
          const again = planCopy({
            contents: contentsOf(manifests, tags),
            copied: copy.listed(),
            isStored: () => true,
            linksBlobs: false,
            follows,
          });
          if (lost.size === 0) assert.ok(!changesCopy(again), JSON.stringify(again));
        }
      },
    ),
    { numRuns: 500 },
  );
});

const facts = (more: Partial<ManifestFacts> = {}): ManifestFacts => ({
  mediaType: 'm',
  size: 1,
  entries: [],
  ...more,
});
const NAMES = { linksBlobs: false, follows: false, isStored: () => true };

/** A copy after a whole run. */
function copyOf(manifests: ReadonlyMap<string, ManifestFacts>, tags: ReadonlyMap<string, string>) {
  const copy = new SimulatedCopy();
  const contents = contentsOf(manifests, tags);
  for (const step of copy.steps(planCopy({ ...NAMES, contents, copied: NOT_COPIED }))) step();
  return copy;
}

test('a tag that never moves keeps its manifest without a request', () => {
  const manifests = new Map([['sha256:1', facts()]]);
  const copy = copyOf(manifests, new Map([['v1', 'sha256:1']]));
  const contents = {
    ...contentsOf(new Map(), new Map()),
    roots: [{ tag: 'v1', digest: undefined }],
  };
  const plan = planCopy({ ...NAMES, contents, copied: copy.listed() });
  assert.ok(plan.isWhole && !changesCopy(plan));
  assert.ok(isTagCopied('r', 'v1', copy.listed()));
  assert.ok(!isTagCopied('r', 'v2', copy.listed()));
  // Its object was overwritten.
  copy.put(manifestKey('r', 'v1'), 1);
  assert.deepEqual(planCopy({ ...NAMES, contents, copied: copy.listed() }).tags, [
    { tag: 'v1', digest: 'sha256:1' },
  ]);
});

test('an image without a tag is copied, and is not a tag', () => {
  const manifests = new Map([['sha256:1', facts()]]);
  const copy = copyOf(manifests, new Map([['sha256:1', 'sha256:1']]));
  assert.deepEqual([...copy.objects.keys()], [manifestKey('r', 'sha256:1')]);
});

test('signatures are written before other tags', () => {
  const signature = `sha256-${'a'.repeat(64)}.sig`;
  const tags = new Map([
    ['v1', 'sha256:1'],
    [signature, 'sha256:1'],
  ]);
  const contents = contentsOf(new Map([['sha256:1', facts()]]), tags);
  const { tags: written, tagList } = planCopy({ ...NAMES, contents, copied: NOT_COPIED });
  assert.deepEqual(
    written.map(({ tag }) => tag),
    [signature, 'v1'],
  );
  assert.equal(tagList?.text, tagListText('r', ['v1', signature]));
});

test('nothing is deleted if the source had problems, or has no tags', () => {
  const manifests = new Map([['sha256:1', facts()]]);
  const copied = copyOf(
    manifests,
    new Map([
      ['v1', 'sha256:1'],
      ['v2', 'sha256:1'],
    ]),
  ).listed();
  const deletedFor = (contents: ReturnType<typeof contentsOf>): readonly string[] =>
    planCopy({ ...NAMES, follows: true, contents, copied }).deleted;
  const one = new Map([['v1', 'sha256:1']]);
  const problem = { repository: 'r', reference: '', why: 'it failed' };
  assert.deepEqual(deletedFor(contentsOf(manifests, one)), ['v2']);
  assert.deepEqual(deletedFor(contentsOf(manifests, one, [problem])), []);
  assert.deepEqual(deletedFor(contentsOf(new Map(), new Map())), []);
});

test('the list of referrers replaces a tag of its name that the source deleted', () => {
  const subject = `sha256:${'a'.repeat(64)}`;
  const [api, tagKey] = referrersKeys('r', subject);
  const name = subject.replace(':', '-');
  const manifests = new Map([
    [subject, facts()],
    ['sha256:2', facts({ referrer: { subject } })],
  ]);
  const copy = copyOf(
    manifests,
    new Map([
      ['v1', subject],
      [name, 'sha256:2'],
    ]),
  );
  assert.ok(copy.objects.has(api) && copy.objects.has(tagKey));
  const plan = planCopy({
    ...NAMES,
    follows: true,
    contents: contentsOf(manifests, new Map([['v1', subject]])),
    copied: copy.listed(),
  });
  assert.deepEqual([plan.deleted, plan.referrers.map(({ key }) => key)], [[], [tagKey]]);
  assert.ok(!plan.state.tags.has(name));
});

test('blobs become readable below a repository that had only manifests', () => {
  const manifests = new Map([['sha256:1', facts()]]);
  const tags = new Map([['v1', 'sha256:1']]);
  const plan = planCopy({
    ...NAMES,
    linksBlobs: true,
    contents: contentsOf(manifests, tags),
    copied: copyOf(manifests, tags).listed(),
  });
  assert.deepEqual(
    plan.blobs.map(({ digest }) => digest),
    ['blob of sha256:1'],
  );
  assert.ok(plan.state.hasBlobs);
});

test('what is whole is not written again because something else is not', () => {
  const manifests = new Map([
    ['sha256:1', facts()],
    ['sha256:2', facts({ entries: ['sha256:missing'] })],
  ]);
  const tags = new Map([
    ['sound', 'sha256:1'],
    ['sparse', 'sha256:2'],
  ]);
  const copy = new SimulatedCopy();
  const names = { ...NAMES, linksBlobs: true, contents: contentsOf(manifests, tags) };
  const first = planCopy({ ...names, copied: NOT_COPIED });
  assert.ok(!first.isWhole && first.state.hasBlobs);
  for (const step of copy.steps(first)) step();
  copy.put('v2/r/blobs/blob of sha256:1', 1);
  assert.ok(!changesCopy(planCopy({ ...names, copied: copy.listed() })));
});

test('what gc finds unneeded is never part of an image that a tag of the copy names', () => {
  fc.assert(
    fc.property(
      randomManifests.chain((manifests) =>
        fc.tuple(
          fc.constant(manifests),
          randomTags(manifests.size),
          randomTags(manifests.size),
          fc.boolean(),
        ),
      ),
      ([manifests, before, now, follows]) => {
        const copy = copyOf(manifests, before);
        const { state, listed } = copy.listed();
        const contents = contentsOf(new Map(), now);
        const gone = goneTags(contents, state, listed.values());
        assert.deepEqual(gone.unknown, []);
        const leaving = new Set(follows ? gone.known : []);
        const needed = neededManifests({ contents, state, leaving });
        const objects = unneededObjects({
          repository: 'r',
          objects: listed.values(),
          state,
          manifests: needed,
          blobs: new Set([...needed].map((digest) => `blob of ${digest}`)),
          goneTags: leaving,
        });
        for (const { key } of objects) copy.objects.delete(key);
        for (const tag of leaving) copy.names.delete(tag);
        for (const digest of manifests.keys()) copy.blobs.add(`blob of ${digest}`);
        copy.check(manifests);
        if (copy.names.size === 0 && follows) assert.ok(!copy.objects.has(tagListKey('r')));
        // What is left and unreachable is a referrer of something that is left.
        const whole = wholeInCopy('r', copy.listed());
        for (const group of writingOrder(
          new Map([...state.manifests].filter(([d]) => whole.has(d))),
        ))
          for (const digest of group) assert.ok(needed.has(digest));
      },
    ),
  );
});

test('gc knows blobs, lists of referrers and tags that no note names', () => {
  const subject = `sha256:${'a'.repeat(64)}`;
  const manifests = new Map([
    [subject, facts()],
    ['sha256:2', facts({ referrer: { subject } })],
  ]);
  const copy = copyOf(manifests, new Map([['v1', subject]]));
  copy.put('v2/r/blobs/sha256:needed', 1);
  copy.put('v2/r/blobs/sha256:other', 1);
  copy.put('v2/r/manifests/unknown', 1);
  const { state, listed } = copy.listed();
  assert.deepEqual(goneTags(undefined, state, listed.values()), {
    known: ['v1'],
    unknown: ['unknown'],
  });
  const found = unneededObjects({
    repository: 'r',
    objects: listed.values(),
    state,
    manifests: new Set([subject]),
    blobs: new Set(['sha256:needed']),
    goneTags: new Set(['unknown']),
  });
  assert.deepEqual(
    found.map(({ key }) => key).toSorted(),
    [
      ...referrersKeys('r', subject),
      'v2/r/blobs/sha256:other',
      'v2/r/manifests/sha256:2',
      'v2/r/manifests/unknown',
    ].toSorted(),
  );
});
