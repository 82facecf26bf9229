import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FakeRegistry } from '../mirror/fake-registry.ts';
import { runClean } from '../parts/clean-command.ts';
import { ROOT } from '../../tools/source-files.ts';

/** A command starts quickly because it loads only the packages that it uses. */

const folder = mkdtempSync(join(tmpdir(), 'archeio-loaded-'));
after(() => rmSync(folder, { recursive: true }));

/** Writes each URL that Node.js loads to standard error. */
const TELL = `data:text/javascript,import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });`;

/** Packages that `archeio ARGS` loads, such as `zod` and `@aws-sdk/client-s3`; it must succeed. */
async function loadedBy(...args: readonly string[]): Promise<ReadonlySet<string>> {
  const main = join(ROOT, 'apps/archeio/src/main.mjs');
  const { code, stderr } = await runClean([process.execPath, '--import', TELL, main, ...args], {
    folder,
  });
  assert.equal(code, 0, stderr);
  const names = [...stderr.matchAll(/\/node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/g)];
  return new Set(names.map(([, name]) => name));
}

test('--version and --help load neither the parser nor the schema of the configuration', async () => {
  for (const args of [['--version'], ['mirror', 'sync', '--help']])
    assert.deepEqual([...(await loadedBy(...args))], ['commander']);
});

test('config check and a mirror to a directory do not load the AWS SDK', async () => {
  await using registry = await FakeRegistry.start();
  const layers = [registry.blob('app', Buffer.from('layer'))];
  registry.manifest('app', { schemaVersion: 2, layers }, 'v1');
  const config = join(folder, 'mirror.json');
  const source = { url: registry.url, repositories: { from: 'list', names: ['app'] } };
  const destinations = [{ name: 'disk', type: 'directory', path: join(folder, 'disk') }];
  writeFileSync(config, JSON.stringify({ version: 1, mirror: { source, destinations } }));
  const isOfAmazon = (name: string): boolean => /^@(?:aws-sdk|smithy)\//.test(name);
  for (const args of [
    ['config', 'check', config],
    ['mirror', 'sync', '--config', config],
  ]) {
    const loaded = await loadedBy(...args);
    assert.ok(loaded.has('zod'), 'what is loaded was seen');
    assert.deepEqual([...loaded].filter(isOfAmazon), [], args.join(' '));
  }
});
