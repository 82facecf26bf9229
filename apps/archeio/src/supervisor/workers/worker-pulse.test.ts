import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SILENCE, WorkerPulse } from './worker-pulse.ts';

/** The action of each second without an answer. */
function silent(pulse: WorkerPulse, seconds: number, busy = false): string[] {
  return Array.from({ length: seconds }, () => pulse.second(busy));
}

const begun = (): WorkerPulse => {
  const pulse = new WorkerPulse();
  pulse.answered();
  return pulse;
};

test('a worker that answers gets a ping each second, and is never killed', () => {
  const pulse = begun();
  for (let second = 0; second < 1000; second++) {
    assert.equal(pulse.second(second % 7 === 0), 'ask');
    assert.equal(pulse.answering, true);
    pulse.answered();
    assert.equal(pulse.silentSeconds, 0);
  }
});

test('a slow worker gets no second ping, and recovers with its answer', () => {
  const pulse = begun();
  assert.deepEqual(silent(pulse, 10), ['ask', ...Array.from({ length: 9 }, () => 'wait')]);
  assert.deepEqual([pulse.answering, pulse.silentSeconds], [false, 9]);
  pulse.answered();
  assert.equal(pulse.answering, true);
  assert.equal(pulse.second(false), 'ask');
});

test('a silent worker is noticed after 3 s and killed after 10 s', () => {
  const pulse = begun();
  silent(pulse, SILENCE.noticed);
  assert.equal(pulse.answering, true);
  pulse.second(false);
  assert.equal(pulse.answering, false);
  assert.deepEqual(silent(pulse, SILENCE.ends - SILENCE.noticed).slice(-2), ['wait', 'end']);
});

test('a worker that prepares a generation has 30 s, unless an answer was already due', () => {
  const ready = begun();
  assert.equal(silent(ready, SILENCE.endsBusy, true).at(-1), 'wait');
  assert.equal(ready.second(true), 'end');
  const frozen = begun();
  assert.equal(frozen.askBefore(), true);
  assert.equal(frozen.askBefore(), false);
  assert.equal(silent(frozen, SILENCE.ends, true).at(-1), 'end');
});

test('a start has 30 s', () => {
  const pulse = new WorkerPulse();
  assert.deepEqual(silent(pulse, SILENCE.endsBusy).slice(-2), ['wait', 'end']);
});
