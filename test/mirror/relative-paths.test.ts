import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { runClean } from '../parts/clean-command.ts';
import { FakeRegistry } from './fake-registry.ts';
import { LAUNCHER, runMirror, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';

/** File names in a configuration, and the working directory of the command. */

let folder: string;
let registry: FakeRegistry;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  mkdirSync(join(folder, 'configured'));
  mkdirSync(join(folder, 'elsewhere'));
  registry = await FakeRegistry.start();
  const layer = registry.blob('app', Buffer.from('layer'));
  registry.manifest('app', { schemaVersion: 2, layers: [layer] }, 'v1');
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const configure = (): string =>
  writeMirrorConfiguration(join(folder, 'configured'), {
    source: { url: registry.url, repositories: { from: 'list', names: ['app'] }, referrers: false },
    destinations: [{ name: 'disk', type: 'directory', path: './blobs' }],
    limits: { requestsPerSecond: 0 },
  });

test('a directory is relative to the configuration file, wherever the command is started', async () => {
  const configuration = configure();
  const blobs = join(folder, 'configured/blobs');
  for (const [at, runtime] of RUNTIMES.entries()) {
    const started = { folder: join(folder, 'elsewhere'), runtime };
    const synced = await runMirror(['sync', '--json'], configuration, started);
    assert.equal(summaryOf(synced).blobs, at === 0 ? 1 : 0);
    assert.deepEqual(JSON.parse(synced.stdout).places, { disk: blobs });
    assert.ok(existsSync(join(blobs, 'containers/images')));
    assert.ok(!existsSync(join(folder, 'elsewhere/blobs')));
  }
  for (const args of [['plan'], ['sync'], ['verify'], ['gc', '--older-than', '14d']]) {
    const { code, stdout, stderr } = await runMirror(args, configuration, { folder });
    assert.equal(code, 0, stderr);
    assert.ok(stdout.split('\n').includes(`destination disk: ${blobs}`), stdout);
  }
  // The same for a configuration file that is itself given by a relative path.
  const args = ['mirror', 'sync', '--config', configuration.slice(folder.length + 1), '--json'];
  assert.equal(summaryOf(await runClean([LAUNCHER, ...args], { folder })).passed, 1);
});

test('a layout is relative to the configuration file', async () => {
  const layout = join(folder, 'configured/layout');
  mkdirSync(layout);
  const configuration = writeMirrorConfiguration(join(folder, 'configured'), {
    source: { repositories: { from: 'layout', path: 'layout' } },
    destinations: [{ name: 'disk', type: 'directory', path: 'blobs' }],
  });
  const { code, stderr } = await runMirror(['plan'], configuration, { folder });
  assert.equal(code, 1);
  assert.ok(stderr.includes(`OCI image layout "${layout}"`), stderr);
});

test('without a configuration file, a relative path is refused, and its key is named', async () => {
  const text = readFileSync(configure(), 'utf8');
  const stdin = join(folder, 'configured/stdin.json');
  cpSync(configure(), stdin);
  for (const command of [
    ['mirror', 'sync'],
    ['config', 'check'],
  ]) {
    const shell = `exec ${LAUNCHER} ${command.join(' ')} --config - < ${stdin}`;
    const { code, stdout, stderr } = await runClean(['sh', '-c', shell], { folder });
    assert.equal(code, 1, text);
    assert.match(
      stdout + stderr,
      /standard input:1:\d+: mirror\.destinations\[0\]\.path: cannot tell which directory "\.\/blobs" is relative to, since the configuration comes from standard input: expected an absolute path/,
    );
  }
  assert.deepEqual(registry.asked, []);
});
