import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { RUNTIMES, type Runtime } from '../parts/archeio-process.ts';
import { FakeRegistry } from './fake-registry.ts';
import { runMirror, writeMirrorConfiguration } from './mirror-command.ts';
import { keyOf, recordOf as recordIn } from './place.ts';

/** Sources that lack what they list, or what was selected: what is mirrored, and how a run ends. */

interface Told {
  readonly code: number | null;
  readonly stderr: string;
  readonly blobs: number;
  readonly records: number;
  readonly passed: number;
  /** `reference: why` of each. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

const INDEX = 'application/vnd.oci.image.index.v1+json';

let folder: string;
let registry: FakeRegistry;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  registry = await FakeRegistry.start();
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

interface Line {
  readonly reference: string;
  readonly why: string;
}
const linesOf = (lines: readonly Line[]): string[] =>
  lines.map(({ reference, why }) => `${reference}: ${why}`);

async function run(command: string, source: object = {}, runtime: Runtime = 'node'): Promise<Told> {
  const configuration = writeMirrorConfiguration(folder, {
    source: {
      url: registry.url,
      repositories: { from: 'list', names: ['app'] },
      referrers: false,
      ...source,
    },
    destinations: [{ name: 'disk', type: 'directory', path: join(folder, 'disk') }],
    limits: { requestsPerSecond: 0 },
  });
  const args = [...command.split(' '), '--json'];
  const { code, stdout, stderr } = await runMirror(args, configuration, { folder, runtime });
  const { blobs, records, passed, problems, notes } = JSON.parse(stdout);
  return {
    code,
    stderr,
    blobs,
    records,
    passed,
    problems: linesOf(problems),
    notes: linesOf(notes),
  };
}

const recordOf = (digest: string): string => recordIn(registry.url, digest);
const isThere = (key: string): boolean => existsSync(join(folder, 'disk', key));

interface Image {
  readonly digest: string;
  readonly blob: { readonly digest: string; readonly size: number };
  readonly [key: string]: unknown;
}

function addImage(...tags: string[]): Image {
  const blob = registry.blob('app', randomBytes(100));
  return { ...registry.manifest('app', { schemaVersion: 2, layers: [blob] }, ...tags), blob };
}

function addIndex(tag: string, ...manifests: readonly object[]): { readonly digest: string } {
  return registry.manifest('app', { mediaType: INDEX, schemaVersion: 2, manifests }, tag);
}

const on = (image: Image, architecture: string, variant?: string): object => {
  const { blob: _, ...descriptor } = image;
  return { ...descriptor, platform: { os: 'linux', architecture, ...(variant && { variant }) } };
};

for (const runtime of RUNTIMES)
  test(`platforms are found however an index spells them, and an index without any fails every run: ${runtime}`, async () => {
    const [arm64, arm, amd64] = [addImage(), addImage(), addImage()];
    const mediaType = `${String(arm64['mediaType'])}; charset=utf-8`;
    addIndex('v1', { ...on(arm64, 'arm64'), mediaType }, on(arm, 'ARM'), on(amd64, 'amd64', 'v3'));
    const other = addIndex('v2', on(amd64, 'x86_64'));
    registry.tags('app', 'v1', 'v2');
    const platforms = ['linux/arm64/v8', 'linux/arm/v7'];
    const why =
      'v2: has nothing for mirror.source.platforms (linux/arm64/v8, linux/arm/v7), only for linux/x86_64: add a platform, or exclude the tag';
    const tags = { immutable: ['**'] };
    const first = await run('sync', { platforms, tags }, runtime);
    assert.deepEqual([first.code, first.blobs, first.problems], [1, 2, [why]]);
    for (const { blob } of [arm64, arm]) assert.ok(isThere(keyOf(blob.digest)));
    assert.ok(!isThere(keyOf(amd64.blob.digest)));
    assert.ok(
      readdirSync(join(folder, 'disk/archeio/mirrored'), { recursive: true }).every(
        (key) => !key.includes(other.digest),
      ),
    );
    const second = await run('sync', { platforms, tags }, runtime);
    assert.deepEqual([second.code, second.passed, second.problems], [1, 1, [why]]);
    const excluded = await run('sync', { platforms, tags: { exclude: ['v2'] } }, runtime);
    assert.deepEqual([excluded.code, excluded.problems], [0, []]);
  });

test('a run that selects no blobs fails, and its plan fails too', async () => {
  addIndex('v1');
  for (const command of ['plan', 'sync']) {
    const { code, problems } = await run(command);
    assert.deepEqual(
      [code, problems],
      [1, [': nothing is mirrored: no manifest of 1 tag has a blob']],
    );
  }
});

test('an index that lists a missing image fails every run, unless platforms leave it out', async () => {
  const [amd64, arm64] = [addImage(), addImage()];
  registry.trouble = ({ url = '' }, response) => {
    if (!url.endsWith(arm64.digest)) return false;
    response.writeHead(404).end();
    return true;
  };
  addIndex('v1', on(amd64, 'amd64'), on(arm64, 'arm64'));
  for (const blobs of [1, 0]) {
    const told = await run('sync');
    assert.deepEqual([told.code, told.blobs, told.problems.length], [1, blobs, 1]);
    assert.match(told.problems[0], new RegExp(`^${arm64.digest}: cannot read .*answered 404`));
  }
  const { code, problems } = await run('sync', { platforms: ['linux/amd64'] });
  assert.deepEqual([code, problems], [0, []]);
});

for (const runtime of RUNTIMES)
  test(`the actual size of a blob decides, in any order of the tags: ${runtime}`, async () => {
    const right = addImage('right');
    const layer = { ...right.blob, size: 4711 };
    const wrong = registry.manifest('app', { schemaVersion: 2, layers: [layer] }, 'wrong');
    const { digest } = right.blob;
    const why = `${wrong.digest}: the manifest says that blob ${digest} has 4711 bytes, but it has 100`;
    const orders = [
      ['right', 'wrong'],
      ['wrong', 'right'],
    ];
    // The order of tags does not depend on the runtime: one order is enough for the slower one.
    for (const tags of runtime === 'bun' ? orders : orders.slice(1)) {
      registry.tags('app', ...tags);
      const plan = await run('plan', {}, runtime);
      assert.deepEqual([plan.code, plan.problems.length], [1, 1]);
      assert.match(
        plan.stderr,
        new RegExp(
          `app ${digest}: has .*100 bytes according to manifest ${right.digest}.*: only one is right`,
        ),
      );
      const first = await run('sync', {}, runtime);
      assert.deepEqual([first.code, first.blobs, first.problems], [1, 1, [why]]);
      assert.ok(isThere(keyOf(digest)) && isThere(recordOf(right.digest)));
      assert.ok(!isThere(recordOf(wrong.digest)));
      // If the correct one is recorded, only the wrong one is read, and the stored blob stays.
      const second = await run('sync', {}, runtime);
      assert.equal(second.code, 1);
      assert.match(second.problems.join('\n'), /at the source, but its manifest says 4711$/);
      assert.ok(isThere(keyOf(digest)));
      for (const command of ['verify', 'verify --share 0%', 'verify --repair']) {
        const verified = await run(command, {}, runtime);
        assert.deepEqual([verified.code, verified.problems], [1, [why]], verified.stderr);
        assert.ok(isThere(keyOf(digest)));
      }
      rmSync(join(folder, 'disk'), { recursive: true });
    }
  });

for (const runtime of RUNTIMES)
  test(`an empty stored object is copied again, once, even below a record: ${runtime}`, async () => {
    const image = addImage('v1');
    const path = join(folder, 'disk', keyOf(image.blob.digest));
    assert.equal((await run('sync', { tags: { immutable: ['**'] } }, runtime)).code, 0);
    for (const source of [{}, { tags: { immutable: ['**'] } }]) {
      truncateSync(path);
      const repaired = await run('sync', source, runtime);
      assert.deepEqual([repaired.code, repaired.blobs, repaired.problems], [0, 1, []]);
      assert.equal(statSync(path).size, 100);
      const after = await run('sync', source, runtime);
      assert.deepEqual([after.code, after.blobs, after.passed, after.notes], [0, 0, 1, []]);
    }
  });

test('an empty object that no manifest needs is noted, and not copied', async () => {
  addImage('v1');
  assert.equal((await run('sync')).code, 0);
  const digest = `sha256:${'ab'.repeat(32)}`;
  mkdirSync(dirname(join(folder, 'disk', keyOf(digest))), { recursive: true });
  writeFileSync(join(folder, 'disk', keyOf(digest)), '');
  const { code, blobs, notes } = await run('sync');
  assert.deepEqual([code, blobs, notes.length], [0, 0, 1]);
  assert.match(notes[0], /^sha256:(?:ab)+: destination "disk" has 0 bytes under this digest/);
});

test('a manifest that states size 0 for a blob is a problem in every run, and the blob is not uploaded again', async () => {
  const right = addImage('right');
  const layer = { ...right.blob, size: 0 };
  const wrong = registry.manifest('app', { schemaVersion: 2, layers: [layer] }, 'wrong');
  registry.tags('app', 'right', 'wrong');
  const first = await run('sync');
  assert.deepEqual([first.code, first.blobs, isThere(recordOf(wrong.digest))], [1, 1, false]);
  const path = join(folder, 'disk', keyOf(right.blob.digest));
  const { ino, size } = statSync(path);
  assert.equal(size, 100);
  const second = await run('sync');
  assert.deepEqual([second.code, second.blobs], [1, 0]);
  assert.equal(statSync(path).ino, ino);
});

test('an image and an index of referrers that lists it are complete together', async () => {
  const image = addImage('v1');
  const list = registry.manifest('app', {
    mediaType: INDEX,
    schemaVersion: 2,
    manifests: [on(image, 'amd64')],
  });
  const refer = (to: string, ...manifests: readonly object[]): void =>
    registry.add(`/v2/app/referrers/${to}`, JSON.stringify({ schemaVersion: 2, manifests }), INDEX);
  // The list refers to the image that it lists, and to itself.
  refer(image.digest, list);
  refer(list.digest, list);
  const first = await run('sync', { referrers: true });
  assert.deepEqual([first.code, first.records, first.problems], [0, 2, []]);
  const second = await run('sync', { referrers: true });
  assert.deepEqual([second.code, second.records, second.passed], [0, 0, 1]);
});

test('a missing referrer is reported, and its subject is mirrored and recorded', async () => {
  const image = addImage('v1');
  const gone = `sha256:${'0'.repeat(64)}`;
  const manifests = [{ mediaType: '', digest: gone, size: 1 }];
  registry.add(
    `/v2/app/referrers/${image.digest}`,
    JSON.stringify({ schemaVersion: 2, manifests }),
    INDEX,
  );
  const { code, problems, notes, stderr } = await run('sync', { referrers: true });
  assert.deepEqual([code, problems, notes.length], [0, [], 1]);
  assert.match(
    stderr,
    new RegExp(`app ${gone}: is listed as a referrer but is missing: cannot read`),
  );
  assert.ok(isThere(recordOf(image.digest)));
});

test('if a registry refuses the referrers API, referrers are mirrored by tag, and that is reported', async () => {
  const image = addImage('v1');
  const signature = addImage(`${image.digest.replace(':', '-')}.sig`);
  registry.tags('app', 'v1', `${image.digest.replace(':', '-')}.sig`);
  registry.trouble = ({ url = '' }, response) => {
    if (!url.includes('/referrers/')) return false;
    response.writeHead(403).end();
    return true;
  };
  const { code, records, notes, stderr } = await run('sync', { referrers: true });
  assert.deepEqual([code, records, notes.length], [0, 2, 1]);
  assert.match(stderr, /the registry refuses the referrers API for app \(answered 403\): only/);
  assert.ok(isThere(keyOf(signature.blob.digest)));
});

test('a tag that moves between two requests is mirrored at its new digest', async () => {
  const before = addImage('v1');
  const after = addImage();
  registry.trouble = ({ method, url = '' }, response) => {
    if (method === 'HEAD') return false;
    // By now the tag names the other image, and the first one is deleted.
    registry.link('/v2/app/manifests/v1', `/v2/app/manifests/${after.digest}`);
    if (!url.endsWith(before.digest)) return false;
    response.writeHead(404).end();
    return true;
  };
  const { code, problems } = await run('sync');
  assert.deepEqual([code, problems], [0, []]);
  assert.ok(isThere(recordOf(after.digest)) && isThere(keyOf(after.blob.digest)));
});
