import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { digestOf, embedded, NO_RANGES } from './testing/embedded-configuration.ts';
import { PlayedPlatform } from './testing/played-platform.ts';
import { createWorker } from './worker.ts';

const realFetch = globalThis.fetch;
const realLog = console.log;
after(() => {
  globalThis.fetch = realFetch;
  console.log = realLog;
});

function rangesBuffer(): ArrayBuffer {
  return new Uint8Array(NO_RANGES).buffer;
}

test('a Worker answers with the globals of the platform, which it first uses at a request', async () => {
  const platform = new PlayedPlatform();
  const worker = createWorker(embedded({ presence: { breaker: { failures: 1 } } }), rangesBuffer());
  platform.answerOf = (url) => (url.endsWith(digestOf(1)) ? new Response(null) : new Error('gone'));
  Object.assign(globalThis, {
    caches: { default: platform.cache },
    fetch: platform.fetch,
  });
  console.log = platform.log;
  const locationOf = async (number: number) => {
    const request = new Request(`https://r.example/v2/a/blobs/${digestOf(number)}`);
    return (await worker.fetch(request, {}, platform)).headers.get('location');
  };
  assert.equal(await locationOf(1), `https://store.example/${digestOf(1)}`);
  assert.equal(await locationOf(2), `https://up.example/v2/a/blobs/${digestOf(2)}`);
  await platform.settled();
  assert.equal(platform.entries.size, 1);
  assert.match(platform.lines.join(), /"event":"backend-down","backend":"store"/);
});

test('a bundle that cannot be served is refused before the first request', () => {
  assert.throws(() => createWorker(embedded(), new ArrayBuffer(8)), /cannot read ranges snapshot/);
});
