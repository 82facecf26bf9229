import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '@archeio/presence';
import type { StatusAnswer } from '@archeio/content-checks';
import { type StoreClient, TimedChecker } from './timed-checker.ts';

const FOUND: StatusAnswer = { kind: 'status', status: 200, size: 7 };

/** A clock that the test moves. */
class ManualClock implements Clock {
  #now = 0;
  #due: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#due.push(timer);
    return () => {
      this.#due = this.#due.filter((each) => each !== timer);
    };
  }

  get timers(): number {
    return this.#due.length;
  }

  /** Jumps: what is due is called late, at the moment of arrival, as in a process that was frozen. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#due.filter(({ at }) => at <= this.#now);
    this.#due = this.#due.filter(({ at }) => at > this.#now);
    for (const { callback } of due) callback();
  }
}

/** A client that answers when the test says, and rejects when it is aborted. */
class ManualClient implements StoreClient {
  closed = 0;
  answer: (answer: StatusAnswer) => void = () => {};
  fail: (error: unknown) => void = () => {};

  ask(_url: string, _method: 'head' | 'range', signal: AbortSignal): Promise<StatusAnswer> {
    return new Promise((resolve, reject) => {
      this.answer = resolve;
      this.fail = reject;
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  }

  read(): Promise<never> {
    return Promise.reject(new Error('not asked to read'));
  }

  close(): void {
    this.closed++;
  }
}

function begin() {
  const clock = new ManualClock();
  const client = new ManualClient();
  const checker = new TimedChecker(client, 2000, clock);
  return { clock, client, checker, answer: checker.check('http://store/a', 'head') };
}

test('an answer in time is passed on, and its timer is gone', async () => {
  const { clock, client, answer } = begin();
  clock.jump(1999);
  client.answer(FOUND);
  assert.deepEqual(await answer, FOUND);
  assert.equal(clock.timers, 0);
});

for (const [late, expected] of [
  [0, { kind: 'failure', reason: 'timeout' }],
  [1000, { kind: 'failure', reason: 'timeout' }],
  [1001, { kind: 'nothing' }],
  [3_600_000, { kind: 'nothing' }],
] as const) {
  test(`a time-out that fires ${late} ms late comes to ${expected.kind}`, async () => {
    const { clock, answer } = begin();
    clock.jump(2000 + late);
    assert.deepEqual(await answer, expected);
  });
}

test('a connection that broke while the process was frozen comes to nothing', async () => {
  const { clock, client, answer } = begin();
  client.fail(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  clock.jump(60_000);
  assert.deepEqual(await answer, { kind: 'nothing' });
});

test('an answer that a frozen process finds when it wakes up is an answer', async () => {
  const { clock, client, answer } = begin();
  client.answer(FOUND);
  clock.jump(60_000);
  assert.deepEqual(await answer, FOUND);
});

test('a client that throws whatever it likes is a failed connection', async () => {
  for (const thrown of [new Error('no'), 'no', undefined, null]) {
    const { client, answer } = begin();
    client.fail(thrown);
    assert.partialDeepStrictEqual(await answer, { kind: 'failure', reason: 'connection' });
  }
});

test('a failure of this machine comes to nothing', async () => {
  for (const code of ['EMFILE', 'ENOBUFS', 'EADDRNOTAVAIL']) {
    const { client, answer } = begin();
    client.fail(Object.assign(new Error(code), { code }));
    assert.deepEqual(await answer, { kind: 'nothing' });
  }
});

test('closing closes the client and ends the checks', async () => {
  const { checker, client, answer, clock } = begin();
  checker.close();
  assert.deepEqual(await answer, { kind: 'nothing' });
  assert.deepEqual(await checker.check('http://store/b', 'head'), { kind: 'nothing' });
  assert.equal(client.closed, 1);
  assert.equal(clock.timers, 0);
});
