import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { contentOf, keyOf, recordOf, sourceRecordOf, UNREFERENCED } from '../place.ts';
import { DELETE, FakeRun, grownOld, type Surroundings } from './upkeep-run.ts';
import { unavailable } from '../../parts/availability.ts';
import { COMMANDS } from '../scene.ts';
import { KINDS, Places } from './places.ts';

/** More than S3 lists or deletes in one request. */
const MANY = 1100;

const texts = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, number) => `${name} ${number}`);

/** Answers at once, with a Retry-After of 0. */
function refuse(response: ServerResponse, status: number): true {
  response.writeHead(status, { 'retry-after': '0' }).end();
  return true;
}

/**
 * `mirror gc` without a concurrent run.
 *
 * @param many number of garbage blobs in one test
 */
function gcCases(surroundings: () => Surroundings, many: number): void {
  const start = (): Promise<FakeRun> => FakeRun.start(surroundings());

  test('gc deletes blobs that have long been unreferenced, and their records, and nothing else', async () => {
    await using run = await start();
    const { place } = run;
    const kept = run.image('shared', 'kept');
    const dropped = run.image('shared', ...texts('dropped', many));
    run.tag({ v1: kept, v2: dropped });
    assert.equal((await run.sync()).blobs, many + 2);
    const stored = (await place.keys()).toSorted();
    assert.deepEqual(await run.gc(), { garbage: 0, waiting: 0, deleted: 0 });

    run.tag({ v1: kept });
    const waiting = { garbage: 0, waiting: many, deleted: 0 };
    assert.deepEqual(await run.gc(), waiting);
    await grownOld();
    assert.deepEqual(await run.gc(), { garbage: many, waiting: 0, deleted: 0 });
    const gc = ['gc', '--older-than', '1s'];
    const refused = await run.command(...gc, '--delete');
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /nothing was deleted: \d+ of \d+ blobs of destination "[^"]+" would be deleted, but the limit is 10 %/,
    );
    assert.deepEqual((await place.keys()).toSorted(), [...stored, UNREFERENCED].toSorted());

    const done = await run.command(...gc, '--delete', '--at-most', '100%');
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, new RegExp(`: deleted ${many} of ${many + 2} blobs, .*; 0 unref`));
    assert.deepEqual(
      (await place.keys()).toSorted(),
      [
        UNREFERENCED,
        sourceRecordOf(run.registry.url),
        recordOf(run.registry.url, kept.digest),
        ...kept.blobs.map((digest) => keyOf(digest)),
      ].toSorted(),
    );

    run.tag({ v1: kept, v2: dropped });
    assert.equal((await run.sync()).blobs, many);
    assert.deepEqual((await place.keys()).toSorted(), [...stored, UNREFERENCED].toSorted());
  });

  test('gc deletes nothing if the source could not be read completely', async () => {
    await using run = await start();
    const images = ['v1', 'v2', 'v3'].map((tag) => run.image(tag));
    const [v1, v2, v3] = images;
    run.tag({ v1, v2, v3 });
    await run.sync();
    run.tag({ v1, v2 });
    const stored = await contentOf(run.place);
    await run.gc();
    const before = await contentOf(run.place);
    assert.deepEqual({ ...stored, [UNREFERENCED]: before[UNREFERENCED] }, before);
    await grownOld();
    // A manifest that is missing by digest is read by tag.
    const manifest = [v2.digest, '/manifests/v2'];
    for (const [status, parts] of [
      [404, manifest],
      [403, manifest],
      [500, manifest],
      [500, ['tags/list?n=1000']],
    ] as const) {
      run.registry.trouble = ({ url = '' }, response) =>
        parts.some((part) => url.endsWith(part)) && refuse(response, status);
      const message = `nothing was deleted: the source could not be read completely .* answered ${status}`;
      await assert.rejects(run.gc(DELETE), { message: new RegExp(message) });
      assert.deepEqual(await contentOf(run.place), before);
    }
    run.registry.trouble = () => false;
    assert.equal((await run.gc(DELETE)).deleted, 1);
  });

  test('gc deletes nothing if the second page of tags fails', async () => {
    await using run = await start();
    const [v1, v2] = ['v1', 'v2'].map((tag) => run.image(tag));
    run.tag({ v1, v2 });
    await run.sync();
    const before = await contentOf(run.place);
    run.registry.trouble = ({ url = '' }, response) => {
      if (url.includes('last=')) return refuse(response, 404);
      if (!url.includes('tags/list')) return false;
      response.setHeader('link', '</v2/app/tags/list?n=1&last=v1>; rel="next"');
      response.end(JSON.stringify({ tags: ['v1'] }));
      return true;
    };
    const message = /could not be read completely \(app : cannot read .*last=v1/;
    await assert.rejects(run.gc(DELETE), { message });
    assert.deepEqual(await contentOf(run.place), before);
  });

  test('objects that appear while gc runs stay, and gc then deletes nothing', async () => {
    await using run = await start();
    const [kept, dropped, more] = ['kept', 'dropped', 'more'].map((name) => run.image(name));
    run.tag({ v1: kept, v2: dropped });
    await run.sync();
    run.tag({ v1: kept });
    await run.gc();
    await grownOld();
    const held = run.registry.hold(kept.digest);
    const collecting = assert.rejects(run.gc(DELETE), {
      message: /nothing was deleted: another run wrote to destination "[^"]+" in the meantime/,
    });
    await held.reached;
    run.tag({ v1: kept, v3: more });
    assert.equal((await run.sync()).blobs, 1);
    held.release();
    await collecting;
    const keys = new Set(await run.place.keys());
    for (const { blobs, digest } of [kept, dropped, more])
      assert.ok(keys.has(keyOf(blobs[0])) && keys.has(recordOf(run.registry.url, digest)));
    assert.equal((await run.gc(DELETE)).deleted, 1);
    assert.ok((await run.place.keys()).includes(keyOf(more.blobs[0])));
  });

  test('a record for all platforms is deleted with the blobs of deselected platforms', async () => {
    await using run = await start();
    const manifests = ['amd64', 'arm64'].map((architecture) => ({
      ...run.image(architecture),
      platform: { os: 'linux', architecture },
    }));
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    run.registry.manifest('app', { schemaVersion: 2, mediaType, manifests }, 'v1');
    assert.equal((await run.sync()).blobs, 2);
    run.more = { platforms: ['linux/amd64'] };
    assert.equal((await run.gc(DELETE)).waiting, 1);
    await grownOld();
    assert.equal((await run.gc(DELETE)).deleted, 1);
    assert.equal((await run.sync()).blobs, 0);
    run.more = {};
    assert.equal((await run.sync()).blobs, 1);
    assert.deepEqual((await run.verify()).missing, []);
  });

  test('gc refuses a grace period shorter than servers trust that a blob exists', async () => {
    await using run = await start();
    const early = await run.command('gc', '--older-than', '2ms');
    assert.equal(early.code, 2);
    assert.match(early.stderr, /must be more than twice presence.presentFor/);
    assert.deepEqual(run.registry.asked, []);
  });
}

describe('`mirror gc`', { skip: unavailable(COMMANDS), concurrency: 2 }, () => {
  const places = new Places();
  before(() => places.start());
  after(() => places[Symbol.asyncDispose]());
  for (const kind of KINDS)
    describe(kind, { concurrency: 2 }, () =>
      gcCases(() => places.of(kind), kind === 'S3' ? MANY : 2),
    );
});
