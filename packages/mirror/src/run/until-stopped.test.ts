import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { StoppedError, untilStopped } from './until-stopped.ts';

async function* chunks(count: number, onEnd: () => void = () => {}): AsyncGenerator<Uint8Array> {
  try {
    for (let at = 0; at < count; at++) yield await Promise.resolve(Uint8Array.of(at));
  } finally {
    onEnd();
  }
}

async function read(bytes: AsyncIterable<Uint8Array>): Promise<number[]> {
  const read: number[] = [];
  for await (const chunk of bytes) read.push(...chunk);
  return read;
}

test('passes the same bytes, and leaves no listener behind', async () => {
  const control = new AbortController();
  assert.deepEqual(await read(untilStopped(chunks(3), control.signal)), [0, 1, 2]);
  assert.equal(getEventListeners(control.signal, 'abort').length, 0);
});

test('an aborted signal prevents the start', async () => {
  await assert.rejects(read(untilStopped(chunks(3), AbortSignal.abort())), StoppedError);
});

test('stops while it waits for bytes that never come', async () => {
  const control = new AbortController();
  const never: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
  };
  const reading = read(untilStopped(never, control.signal));
  control.abort();
  await assert.rejects(reading, StoppedError);
  assert.equal(getEventListeners(control.signal, 'abort').length, 0);
});

test('a reader that stops early ends the source as well', async () => {
  let ended = false;
  const bytes = untilStopped(
    chunks(3, () => (ended = true)),
    new AbortController().signal,
  );
  for await (const chunk of bytes) {
    assert.deepEqual([...chunk], [0]);
    break;
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(ended);
});

test('errors of the source are passed on', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Uint8Array.of(1));
    throw new Error('cut');
  }
  await assert.rejects(read(untilStopped(broken(), new AbortController().signal)), /^Error: cut$/);
});
