import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ManualClock, settlePromises } from '@archeio/presence/testing';
import { PlayedPlatform } from '../testing/played-platform.ts';
import { ContentClient } from './content-client.ts';

const URL = 'https://store.example/a';

function clientUnderTest(answer: Response | Error | undefined) {
  const platform = new PlayedPlatform();
  platform.answerOf = () => answer;
  const sent: RequestInit[] = [];
  const clock = new ManualClock();
  const client = new ContentClient({
    fetch: (url, options) => {
      sent.push(options);
      return platform.fetch(url, options);
    },
    clock,
    userAgent: 'archeio/1',
    timeout: 2000,
  });
  return { client, clock, sent };
}

suite('asking with the platform', () => {
  test('HEAD says what the header fields claim', async () => {
    const headers = { 'Content-Length': '7' };
    const { client, clock, sent } = clientUnderTest(new Response(null, { headers }));
    assert.deepEqual(await client.check(URL, 'head'), { kind: 'status', status: 200, size: 7 });
    assert.equal(clock.timers, 0);
    const [{ method, redirect, cache, headers: fields }] = sent;
    assert.deepEqual([method, redirect, cache], ['HEAD', 'manual', 'no-store']);
    assert.deepEqual(fields, {
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'archeio/1',
    });
  });

  test('GET of a range reads the first bytes, and an empty body is seen', async () => {
    const headers = { 'Content-Range': 'bytes 0-0/7' };
    const whole = clientUnderTest(new Response('x', { status: 206, headers }));
    const there = await whole.client.check(URL, 'range');
    assert.deepEqual(there, { kind: 'status', status: 206, size: 7 });
    assert.equal((whole.sent[0].headers as Record<string, string>)['range'], 'bytes=0-0');
    for (const body of [null, '']) {
      const { client } = clientUnderTest(new Response(body, { status: 206, headers }));
      const answer = await client.check(URL, 'range');
      assert.equal(answer.kind === 'status' && answer.doubt, 'no byte of it came');
    }
  });

  test('a body that fails after its first part does not invalidate the status', async () => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(1)),
      cancel: () => Promise.reject(new Error('cut')),
    });
    const { client } = clientUnderTest(new Response(body, { status: 404 }));
    assert.deepEqual(await client.check(URL, 'range'), { kind: 'status', status: 404, size: -1 });
  });

  test('a connection that fails is a failure, with the reason', async () => {
    const { client, clock } = clientUnderTest(new Error('Network connection lost.'));
    assert.deepEqual(await client.check(URL, 'head'), {
      kind: 'failure',
      reason: 'connection',
      detail: 'Network connection lost.',
    });
    assert.equal(clock.timers, 0);
  });

  test('silence ends with the time-out', async () => {
    const { client, clock } = clientUnderTest(undefined);
    let answer: unknown;
    void client.check(URL, 'head').then((got) => (answer = got));
    await clock.advance(1999);
    assert.equal(answer, undefined);
    await clock.advance(1);
    await settlePromises();
    assert.deepEqual(answer, { kind: 'failure', reason: 'timeout' });
  });
});
