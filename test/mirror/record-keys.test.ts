import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { FakeRegistry } from './fake-registry.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';

/** Records in a directory, where a file and a directory cannot have the same name. */

let folder: string;
let registry: FakeRegistry;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  registry = await FakeRegistry.start();
  for (const [name, tag] of [
    ['core', 'dns'],
    ['core/dns', 'v1'],
  ]) {
    const layer = registry.blob(name, Buffer.from(name));
    registry.manifest(name, { schemaVersion: 2, layers: [layer] }, tag);
  }
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const disk = (): string => join(folder, 'disk');
const unfinished = (): string[] => readdirSync(join(disk(), 'archeio/unfinished'));

function sync(...names: string[]) {
  const configuration = writeMirrorConfiguration(folder, {
    source: {
      url: registry.url,
      repositories: { from: 'list', names },
      tags: { immutable: ['**'] },
      referrers: false,
    },
    destinations: [{ name: 'disk', type: 'directory', path: disk() }],
    limits: { requestsPerSecond: 0 },
  });
  return runMirror(['sync', '--json'], configuration, { folder });
}

for (const names of [
  ['core', 'core/dns'],
  ['core/dns', 'core'],
]) {
  test(`the tag core:dns and the repository core/dns are both recorded: ${names.join(', ')}`, async () => {
    for (const name of names) assert.equal(summaryOf(await sync(name)).records, 2);
    const { passed, records, problems } = summaryOf(await sync(...names));
    assert.deepEqual([passed, records, problems], [2, 0, []]);
    assert.deepEqual(unfinished(), []);
  });
}

test("an earlier version's records with such a tag do no harm", async () => {
  mkdirSync(join(disk(), 'archeio/tags/core'), { recursive: true });
  writeFileSync(join(disk(), 'archeio/tags/core/dns'), '{}');
  const { blobs, records, problems } = summaryOf(await sync('core', 'core/dns'));
  assert.deepEqual([blobs, records, problems], [2, 4, []]);
});

test('a record that cannot be written is reported, and leaves nothing behind', async () => {
  mkdirSync(join(disk(), 'archeio'), { recursive: true });
  writeFileSync(join(disk(), 'archeio/mirrored'), 'a file');
  for (let run = 0; run < 2; run++) {
    const { code, stderr } = await sync('core');
    assert.equal(code, 1);
    assert.match(stderr, /destination "disk": cannot (write|list)[^\n]*(ENOTDIR|EEXIST)/);
    assert.deepEqual(unfinished(), []);
  }
});
