import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { Connection, MOST_WAITING } from './connection.ts';

/** The part of a response that a connection reads. */
function response(
  state: Partial<Record<'writableEnded' | 'writableFinished', boolean>>,
  socket: object | null = {},
) {
  return { writableEnded: false, writableFinished: false, ...state, socket } as ServerResponse;
}

const RESPONSE = response({});

/** Number of answers before the last one of a connection, with `together` requests at a time; undefined if none of `most` is the last. */
async function answersBeforeTheEnd(together: number, most: number): Promise<number | undefined> {
  const connection = new Connection(0);
  for (let number = 0; number < most; number++) {
    if (connection.begin(RESPONSE, number)) return number;
    if (number % together === together - 1) await turn();
  }
  return undefined;
}

test('a connection whose input never ends has a bounded number of answers', async () => {
  const answers = await answersBeforeTheEnd(Number.POSITIVE_INFINITY, 1e6);
  assert.ok(answers! > MOST_WAITING && answers! <= MOST_WAITING + 140, String(answers));
});

test('so does one that sends a few requests together, whatever their number', async () => {
  for (const together of [8, 10, 16, 17, 33, 34, 100]) {
    const answers = await answersBeforeTheEnd(together, 100_000);
    assert.ok(answers! > MOST_WAITING && answers! < 60_000, `${together}: ${answers}`);
  }
});

test('a client that waits for each answer gets any number of them', async () => {
  assert.equal(await answersBeforeTheEnd(1, 50_000), undefined);
});

test('two requests in one turn by chance are compensated', async () => {
  const connection = new Connection(0);
  for (let number = 0; number < 50_000; number++) {
    assert.equal(connection.begin(RESPONSE, number), false);
    // One turn in five has two requests.
    if (number % 6 !== 5) await turn();
  }
});

test('idle means no request in progress; written means that new bytes follow every answer', () => {
  const connection = new Connection(1);
  assert.deepEqual([connection.idle, connection.written, connection.lastUsed], [true, true, 1]);
  for (const [last, idle, written] of [
    [response({}), false, false],
    [response({ writableEnded: true }), false, true],
    [response({ writableEnded: true }, null), false, false],
    [response({ writableEnded: true, writableFinished: true }, null), true, true],
  ] as const) {
    connection.begin(last, 7);
    assert.deepEqual(
      [connection.idle, connection.written, connection.lastUsed],
      [idle, written, 7],
    );
  }
});
