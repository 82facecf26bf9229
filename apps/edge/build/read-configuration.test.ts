import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_RANGES, SOURCE } from '../src/testing/embedded-configuration.ts';
import { readConfiguration } from './read-configuration.ts';

function read(source: object) {
  return readConfiguration('archeio.json', JSON.stringify(source, undefined, 1), NO_RANGES);
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
