import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Channel, type Upkeep } from './channel.ts';
import { READ_AT_ONCE, UNREAD, WAITING } from './outbox.ts';

interface Message {
  readonly kind: 'text';
  readonly text: number;
}

/** Two ends of a channel; messages arrive while `flows`. */
function pair() {
  const wire = { flows: true, toTwo: [] as (Message | Upkeep)[], sent: 0 };
  const read: number[] = [];
  let pongs = 0;
  const one: Channel<Message> = new Channel(
    (message) => {
      wire.sent++;
      wire.toTwo.push(message);
    },
    () => 'drop',
    () => pongs++,
  );
  const two: Channel<Message> = new Channel(
    (message) => void one.receive(message),
    () => 'drop',
  );
  const deliver = (): void => {
    for (const message of wire.toTwo.splice(0)) {
      const got = two.receive<Message>(message);
      if (got !== undefined) read.push(got.text);
    }
  };
  return { one, two, wire, read, deliver, pongs: () => pongs };
}

test('everything arrives in order while the other side reads', () => {
  const { one, read, deliver } = pair();
  for (let text = 0; text < 10 * UNREAD; text++) {
    one.post({ kind: 'text', text });
    if (text % 700 === 0) deliver();
  }
  deliver();
  assert.deepEqual(
    read,
    Array.from({ length: 10 * UNREAD }, (_, text) => text),
  );
  assert.equal(one.dropped, 0);
});

test('sends a limited number while it does not read; then the latest arrive', () => {
  const { one, wire, read, deliver } = pair();
  for (let text = 0; text < 100_000; text++) one.post({ kind: 'text', text });
  assert.equal(wire.sent, UNREAD);
  assert.equal(one.dropped, 100_000 - UNREAD - WAITING);
  for (let at = 0; at < 5; at++) deliver();
  assert.equal(read.length, UNREAD + WAITING);
  assert.equal(read.at(-1), 99_999);
});

test('a ping overtakes waiting messages, and its answer reports what has been read', () => {
  const { one, wire, deliver, pongs } = pair();
  for (let text = 0; text < UNREAD + 10; text++) one.post({ kind: 'text', text });
  one.ping();
  assert.equal(wire.sent, UNREAD + 1);
  assert.equal(pongs(), 0);
  deliver();
  assert.equal(pongs(), 1);
  deliver();
  assert.equal(wire.sent, UNREAD + 11);
});

test('acknowledges only every few messages, and does not count acknowledgements', () => {
  const said: Upkeep[] = [];
  const channel: Channel<never> = new Channel(
    (message) => said.push(message),
    () => 'keep',
  );
  for (let at = 0; at < 3 * READ_AT_ONCE; at++) channel.receive({ kind: 'text' });
  channel.receive({ kind: 'ping', count: 0 });
  assert.deepEqual(said, [
    { kind: 'read', count: READ_AT_ONCE },
    { kind: 'read', count: 2 * READ_AT_ONCE },
    { kind: 'read', count: 3 * READ_AT_ONCE },
    { kind: 'pong', count: 3 * READ_AT_ONCE },
  ]);
  // An answer without a ping has no effect.
  channel.receive({ kind: 'pong', count: 0 });
});
