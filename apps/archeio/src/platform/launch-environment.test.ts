import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../../../tools/source-files.ts';
import { missingVariables, runtimeProblem } from './launch-environment.ts';

const NOTHING = { args: [], environment: {}, version: '1.4.5', status: '' };
const WITH_NOHUP = 'Name:\tbun\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\n';
const WITHOUT = 'Name:\tbun\nSigIgn:\t0000000000001000\n';

test('the executable has the environment that the launcher of a checkout sets', () => {
  const launcher = readFileSync(join(ROOT, 'apps/archeio/bin/archeio'), 'utf8');
  const set = [...launcher.matchAll(/export (\w+)="\$\{\1:-([^}]+)\}"/g)].map(
    ([, name, value]) => [name, value] as const,
  );
  assert.equal(set.length, 4);
  assert.deepEqual(missingVariables({ ...NOTHING, args: ['serve'] }), Object.fromEntries(set));
});

test('options of the engine are set only for serve, and only for versions that were tried', () => {
  const names = (launch: object): string[] =>
    Object.keys(missingVariables({ ...NOTHING, ...launch })).filter((name) =>
      name.startsWith('BUN_JSC_'),
    );
  assert.equal(names({ args: ['--config', 'x', 'serve'] }).length, 2);
  assert.deepEqual(names({ args: ['mirror', 'sync'] }), []);
  assert.deepEqual(names({ args: ['serve'], version: '1.5.0' }), []);
});

test('variables that the environment has are kept, and nothing is missing the second time', () => {
  const first = missingVariables({
    ...NOTHING,
    environment: { UV_THREADPOOL_SIZE: '8', BUN_CONFIG_MAX_HTTP_REQUESTS: '' },
  });
  assert.deepEqual(first, { BUN_CONFIG_MAX_HTTP_REQUESTS: '65336' });
  const launch = { ...NOTHING, args: ['explain'], status: WITH_NOHUP };
  assert.deepEqual(missingVariables({ ...launch, environment: missingVariables(launch) }), {});
});

test('a command that nohup starts ignores hang-ups; a server reloads', () => {
  const ignores = (args: readonly string[], status: string): boolean =>
    'ARCHEIO_IGNORES_HANG_UP' in missingVariables({ ...NOTHING, args, status });
  assert.ok(ignores(['demo'], WITH_NOHUP));
  assert.ok(!ignores(['demo'], WITHOUT));
  assert.ok(!ignores(['serve'], WITH_NOHUP));
});

test('a runtime that the executable does not contain is refused', () => {
  for (const args of [[], ['serve'], ['--runtime', 'bun'], ['serve', '--runtime=bun']])
    assert.equal(runtimeProblem(args, '1.4.5'), undefined);
  for (const args of [
    ['--runtime', 'node', 'serve'],
    ['serve', '--runtime=node'],
  ])
    assert.equal(
      runtimeProblem(args, '1.4.5'),
      'cannot use runtime "node": this executable contains bun 1.4.5; for node, start bin/archeio of a checkout',
    );
  assert.equal(
    runtimeProblem(['--runtime', 'deno'], '1.4.5'),
    'cannot use runtime "deno": expected bun',
  );
});
