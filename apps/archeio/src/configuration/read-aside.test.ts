import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { ManualClock } from '@archeio/presence/testing';
import { shippedRanges } from './shipped.ts';
import { EnvironmentError, ConfigurationError, servedConfiguration } from '@archeio/configuration';
import { KeptThread, startReadingThread } from './kept-thread.ts';
import { configurationOf } from './load-configuration.ts';
import { readAside } from './read-aside.ts';

const LOCATION = { kind: 'file', path: 'archeio.yaml' } as const;
const { places } = shippedRanges();

const contentOf = (more: string) => ({
  name: 'archeio.yaml',
  text: [
    '# a text long enough for a thread of its own'.padEnd(10_000, '.'),
    'version: 1',
    "pages: { info: 'https://example.com/i', privacy: 'https://example.com/p' }",
    "registries: [{ name: r, upstreams: [{ name: u, url: 'https://up.example' }] }]",
    more,
  ].join('\n'),
});

const read = (more: string, environment: Record<string, string> = {}, kept?: KeptThread) =>
  readAside(contentOf(more), LOCATION, { environment, port: undefined }, () => places, kept);

test('a thread reads a long text with the same result, warnings and environment included', async () => {
  const more =
    "stores: [{ name: s, url: 'https://s.example', key: '{digest}', near: [{ cloud: AWS, regions: [eu-west-33] }] }]\nnetworks: { office: ['10.0.0.0/8'] }";
  const environment = { PORT: '1234' };
  const expected = configurationOf(
    contentOf(more),
    LOCATION,
    { environment, port: undefined },
    () => places,
  );
  assert.deepEqual(await read(more, environment), {
    configuration: servedConfiguration(expected.configuration),
    warnings: expected.warnings,
  });
  assert.equal(expected.configuration.listen.port, 1234);
  assert.equal(expected.warnings.length, 1);
});

test('the event loop continues while a long text is read', async () => {
  let turns = 0;
  const over = new AbortController();
  const reading = read('networks: { n: [10.0.0.0/8] }').finally(() => over.abort());
  while (!over.signal.aborted) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  }
  await reading;
  // In one piece it would be one turn.
  assert.ok(turns > 10, String(turns));
});

test('errors arrive with their own types', async () => {
  await assert.rejects(read('listen: { port: many, prot: 1 }'), (error) => {
    assert.ok(error instanceof ConfigurationError);
    assert.deepEqual(
      error.problems.map(({ line, key }) => [line, key]),
      [
        [5, 'listen.port'],
        [5, 'listen.prot'],
      ],
    );
    return true;
  });
  await assert.rejects(read('', { PORT: 'http' }), (error) => {
    assert.ok(error instanceof EnvironmentError);
    assert.match(error.message, /^PORT: cannot read port "http"/);
    return true;
  });
});

test('one thread reads several texts in turn, good or bad, and ends after a very long one', async (t) => {
  let started = 0;
  const kept = new KeptThread(new ManualClock(), () => {
    started++;
    return startReadingThread();
  });
  t.after(() => kept.close());
  const networks = async (text: string, environment?: Record<string, string>): Promise<unknown> =>
    (await read(text, environment, kept)).configuration.networks.places;
  assert.deepEqual(await networks('networks: { a: [10.0.0.0/8] }'), [{ cloud: 'a', region: '' }]);
  await assert.rejects(networks('listen: { prot: 1 }'), ConfigurationError);
  await assert.rejects(networks('', { PORT: 'http' }), EnvironmentError);
  assert.deepEqual(await networks('networks: { b: [10.0.0.0/8] }'), [{ cloud: 'b', region: '' }]);
  assert.equal(started, 1);
  const long = `networks: { c: [10.0.0.0/8] }\n${'# long\n'.repeat(50_000)}`;
  assert.deepEqual(await networks(long), [{ cloud: 'c', region: '' }]);
  assert.deepEqual(await networks(''), []);
  assert.equal(started, 2);
});

test('a failed thread is not reused', async (t) => {
  const programs = ['process.exit()', "throw new Error('out of order')"];
  const kept = new KeptThread(new ManualClock(), () => {
    const program = programs.shift();
    return program === undefined ? startReadingThread() : new Worker(program, { eval: true });
  });
  t.after(() => kept.close());
  await assert.rejects(read('', {}, kept), /the thread that read the configuration has ended/);
  await assert.rejects(read('', {}, kept), /out of order/);
  assert.deepEqual((await read('', {}, kept)).warnings, []);
});
