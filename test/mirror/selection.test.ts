import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { tagKey } from '@archeio/mirror-plan';
import { registryIdentity, sourceId } from '../../packages/mirror/src/source/source-id.ts';
import type { Outcome } from '../parts/command.ts';
import { FakeRegistry } from './fake-registry.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';

/** The selection, compared with what a source lists. */

let folder: string;
let registry: FakeRegistry;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  registry = await FakeRegistry.start();
  for (const name of ['app', 'team/one', 'team/two', 'unlisted']) {
    const config = registry.blob(name, randomBytes(100));
    registry.manifest(name, { schemaVersion: 2, config, layers: [] }, 'v1');
  }
  catalog('app', 'team/one', 'team/two');
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function catalog(...repositories: readonly string[]): void {
  registry.add('/v2/_catalog', JSON.stringify({ repositories }));
}

function mirror(command: string, repositories: object, more: object = {}): Promise<Outcome> {
  const configuration = writeMirrorConfiguration(folder, {
    source: { url: registry.url, repositories, referrers: false, ...more },
    destinations: [{ name: 'disk', type: 'directory', path: join(folder, 'in/disk') }],
    limits: { requestsPerSecond: 0 },
  });
  return runMirror([command, '--json'], configuration, { folder });
}

const list = (...names: readonly string[]): object => ({ from: 'list', names });

function problemsOf({ code, stdout }: Outcome): string[] {
  const { problems } = JSON.parse(stdout);
  assert.equal(code, problems.length > 0 ? 1 : 0);
  return problems.map(({ repository, why }: { repository: string; why: string }) =>
    `${repository} ${why}`.trim(),
  );
}

test('a pattern that matches nothing is a problem, and the matches of others are mirrored', async () => {
  const outcome = await mirror('sync', list('team/*', 'taem/*'));
  assert.deepEqual(problemsOf(outcome), ['taem/* no repository of the source matches']);
  const { repositories, records } = JSON.parse(outcome.stdout);
  assert.deepEqual([repositories, records], [2, 2]);
});

test('gc deletes nothing while a pattern matches nothing', async () => {
  summaryOf(await mirror('sync', list('team/*', 'app')));
  const configuration = writeMirrorConfiguration(folder, {
    source: { url: registry.url, repositories: list('app', 'taem/*'), referrers: false },
    destinations: [{ name: 'disk', type: 'directory', path: join(folder, 'in/disk') }],
  });
  const args = ['gc', '--older-than', '3d', '--delete', '--json'];
  const { code, stdout } = await runMirror(args, configuration, { folder });
  assert.equal(code, 1);
  assert.match(
    JSON.parse(stdout).error,
    /^nothing was deleted: the source could not be read completely \(taem\/\* /,
  );
});

test('a named repository is mirrored once, even if a pattern matches it too or the catalog omits it', async () => {
  for (const names of [list('unlisted', 'unlisted'), list('unlisted', 'un*')]) {
    const { repositories, tags, problems } = JSON.parse((await mirror('plan', names)).stdout);
    const why = JSON.stringify(problems);
    assert.deepEqual([repositories, tags], [1, 1], why);
  }
});

test('a mirror that selects nothing is a problem', async () => {
  const noTags = await mirror('sync', list('app', 'team/*'), { tags: { include: ['nightly-*'] } });
  assert.deepEqual(problemsOf(noTags), [
    'nothing is mirrored: mirror.source.tags selects no tag of 3 repositories',
  ]);
  catalog();
  assert.deepEqual(problemsOf(await mirror('sync', { from: 'catalog' })), [
    'nothing is mirrored: the source has no repositories',
  ]);
});

test('a literal tag that no repository has is a problem, and others are mirrored', async () => {
  const tags = { include: ['v1', 'v2', 'v3.*'] };
  const outcome = await mirror('sync', list('app', 'team/*'), { tags });
  assert.deepEqual(problemsOf(outcome), [
    'no repository has the tag "v2" listed in mirror.source.tags.include',
  ]);
  assert.equal(JSON.parse(outcome.stdout).records, 3);
});

test('invalid names and tags do not become paths', async () => {
  catalog('../../escaped', 'app', 'UPPER');
  registry.add('/v2/app/tags/list', '{"name":"app","tags":["v1","../../../../escaped","a/b"]}');
  const outcome = await mirror('sync', { from: 'catalog' }, { tags: { immutable: ['**'] } });
  const { repositories, tags, problems } = summaryOf(outcome);
  assert.deepEqual([repositories, tags, problems], [1, 1, []]);
  const id = sourceId(registryIdentity(registry.url, ''));
  assert.ok(existsSync(join(folder, 'in/disk', tagKey(id, 'app', 'v1'))));
  assert.deepEqual(readdirSync(join(folder, 'in')), ['disk']);
  assert.ok(!registry.asked.some((line) => line.includes('escaped')), registry.asked.join('\n'));
});

test('"from: google" fails with a registry that has no such lists', async () => {
  const { code, stderr } = await mirror('plan', { from: 'google' });
  assert.equal(code, 1);
  assert.match(
    stderr,
    /answered 404 \(NOT_FOUND\): "from: google" requires a Google registry and an existing "path"/,
  );
});
