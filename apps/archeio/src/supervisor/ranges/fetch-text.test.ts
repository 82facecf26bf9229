import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import { FetchError } from '../../platform/fetch-bytes.ts';
import { fetchText } from './fetch-text.ts';
import { FakeProviders } from './testing/fake-providers.ts';

const server = await FakeProviders.start();
after(() => server[Symbol.asyncDispose]());
const url = `${server.origin}/list`;
const limits = {
  clock: MONOTONIC_CLOCK,
  timeout: 5000,
  maxBytes: 1000,
  pauses: [],
  random: () => 0,
};
const patience = { ...limits, pauses: [1, 1] };

function refuses(reason: RegExp, transient: boolean): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof FetchError);
    assert.ok(error.message.startsWith(`cannot fetch ${url}: `), error.message);
    assert.match(error.message, reason);
    assert.equal(error.transient, transient);
    return true;
  };
}

test('the validators of an answer make the next request conditional, and 304 has no body', async () => {
  for (const validators of [{ etag: '"1"' }, { lastModified: 'Wed, 29 Jul 2026 08:27:05 GMT' }]) {
    server.files.set('/list', { body: 'text', ...validators });
    const first = await fetchText(url, {}, limits);
    assert.ok(first.kind === 'text');
    assert.equal(first.text, 'text');
    assert.deepEqual(await fetchText(url, first.validators, limits), { kind: 'unchanged' });
    assert.deepEqual(server.takeStatuses(), [200, 304]);
  }
});

test('a byte order mark is not part of the text', async () => {
  server.files.set('/list', { body: '\uFEFF{}' });
  const fetched = await fetchText(url, {}, limits);
  assert.equal(fetched.kind === 'text' && fetched.text, '{}');
});

test('text that is not UTF-8 is refused', async () => {
  server.files.set('/list', { body: Buffer.from([0x31, 0xff, 0xfe]) });
  await assert.rejects(fetchText(url, {}, limits), refuses(/expected UTF-8/, false));
});

test('a body beyond the limit is refused before its end', async () => {
  server.files.set('/list', { body: 'x'.repeat(1001) });
  await assert.rejects(fetchText(url, {}, limits), refuses(/longer than 1000 bytes/, false));
});

test('a truncated body is refused, with and without Content-Length', async () => {
  for (const trouble of ['cut', 'cut-chunked'] as const) {
    server.files.set('/list', { body: 'x'.repeat(900), trouble: [trouble] });
    await assert.rejects(fetchText(url, {}, limits), refuses(/./, true));
  }
});

test('a request to a provider that hangs ends at the time-out', async () => {
  server.files.set('/list', { body: 'x', trouble: ['hang'] });
  await assert.rejects(
    fetchText(url, {}, { ...limits, timeout: 50 }),
    refuses(/not done within 50 ms/, true),
  );
});

test('a request in progress is cancelled at once', async () => {
  server.files.set('/list', { body: 'x', trouble: ['hang'] });
  const controller = new AbortController();
  const fetching = fetchText(url, {}, { ...limits, signal: controller.signal });
  controller.abort();
  await assert.rejects(fetching, refuses(/it was stopped/, false));
});

test('a refused connection is reported', async () => {
  const gone = await FakeProviders.start();
  const { origin } = gone;
  await gone[Symbol.asyncDispose]();
  await assert.rejects(fetchText(origin, {}, limits), /ECONNREFUSED/);
});

test('temporary failures are retried a few times', async () => {
  server.takeStatuses();
  server.files.set('/list', { body: 'x', trouble: [500, 429] });
  assert.equal((await fetchText(url, {}, patience)).kind, 'text');
  assert.deepEqual(server.takeStatuses(), [500, 429, 200]);
  server.files.set('/list', { body: 'x', trouble: [503, 503, 503, 503] });
  await assert.rejects(fetchText(url, {}, patience), refuses(/status 503/, true));
  assert.deepEqual(server.takeStatuses(), [503, 503, 503]);
});

test('permanent failures are not retried', async () => {
  server.files.set('/list', { body: 'x', trouble: [403] });
  await assert.rejects(fetchText(url, {}, patience), refuses(/status 403, expected 200/, false));
  assert.deepEqual(server.takeStatuses(), [403]);
});
