import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { NO_RANGES, SOURCE } from '../src/testing/embedded-configuration.ts';
import { readConfiguration } from './read-configuration.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'archeio-edge-'));
after(() => rmSync(FOLDER, { recursive: true }));

function read(source: object) {
  const path = join(FOLDER, 'archeio.json');
  writeFileSync(path, JSON.stringify(source, undefined, 1));
  return readConfiguration(path, NO_RANGES);
}

test('a good configuration comes with its warnings', () => {
  const { configuration, warnings } = read({ ...SOURCE, events: {} });
  assert.equal(configuration.stores[0].name, 'store');
  assert.deepEqual(
    warnings.map(({ key, severity }) => `${severity} ${key}`),
    ['warning events'],
  );
});

test('a bad one is refused with every problem, and its line', () => {
  const registries = SOURCE.registries.map((each) => ({
    ...each,
    repositories: { from: 'catalog' },
  }));
  assert.throws(() => read({ ...SOURCE, registries, stop: {} }), {
    name: 'ConfigurationError',
    message: /:\d+:\d+: registries\[0\]\.repositories\.from: .*\n.*warning: stop: /,
  });
  assert.throws(() => read({ version: 2 }), { name: 'ConfigurationError' });
});
