import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { scripted } from '../../apps/archeio/src/supervisor/repositories/testing/fake-registry.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { run } from '../parts/command.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCE = join(ROOT, 'apps/archeio/src');

/** Lists repositories and fetches an inventory, first without free file descriptors, then with some. */
const SCRIPT = `
  import { closeSync, openSync } from 'node:fs';
  import { MONOTONIC_CLOCK } from '${ROOT}/packages/presence/src/index.ts';
  import { inventorySource } from '${SOURCE}/supervisor/inventory/inventory-source.ts';
  import { repositoriesOf } from '${SOURCE}/supervisor/repositories/list-repositories.ts';
  import { fetchText } from '${SOURCE}/supervisor/ranges/fetch-text.ts';
  const alive = setInterval(() => undefined, 1000);
  const ask = async (origin) => {
    const { signal } = new AbortController();
    const upstream = { name: 'up', url: origin, path: '', base: origin + '/v2/' };
    const limits = { clock: MONOTONIC_CLOCK, timeout: 5000, maxBytes: 1e6, pauses: [1], random: () => 0 };
    const parts = [
      () => repositoriesOf('archeio/test')('catalog', upstream, signal),
      () => inventorySource({ url: origin + '/inventory' }, { clock: MONOTONIC_CLOCK })({}, signal),
      () => fetchText(origin + '/ranges', {}, limits),
    ];
    const said = [];
    for (const part of parts) said.push(await part().then(() => 'done', (error) => error.message));
    return said;
  };
  const closed = await ask(process.argv[1] ?? '');
  const taken = [];
  try { for (;;) taken.push(openSync('/dev/null', 'r')); } catch {}
  const without = await ask(process.argv[2]);
  for (const file of taken) closeSync(file);
  const after = await ask(process.argv[2]);
  clearInterval(alive);
  console.log(JSON.stringify({ closed, without, after }));
`;

for (const runtime of RUNTIMES)
  test(`requests that fail for lack of file descriptors say so, and do not blame the server, on ${runtime}`, async () => {
    await using registry = await scripted((url) =>
      url.startsWith('/v2/') ? { body: { repositories: ['app'] } } : { body: 'text' },
    );
    await using gone = await scripted({});
    const closed = gone.origin;
    await gone[Symbol.asyncDispose]();
    const bin = join(ROOT, 'node_modules/.bin', runtime);
    const flags = runtime === 'node' ? ['--input-type=module', '-e'] : ['-e'];
    const command = [bin, ...flags, SCRIPT, closed, registry.origin];
    const { stdout, stderr } = await run('sh', [
      '-c',
      'ulimit -n 128; exec "$@"',
      'sh',
      ...command,
    ]);
    assert.notEqual(stdout, '', stderr);
    const told: Record<string, string[]> = JSON.parse(stdout);
    for (const message of told['closed']) assert.match(message, /: connection refused/);
    for (const message of told['without'])
      assert.match(message, /: this machine could not send the request: too many files are open/);
    assert.deepEqual(told['after'], ['done', 'done', 'done']);
  });
