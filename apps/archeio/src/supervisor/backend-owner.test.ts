import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '@archeio/backend-health';
import { ManualClock } from '@archeio/presence/testing';
import { atOnce, type Backend } from '@archeio/redirect';
import { createLog } from '../platform/log.ts';
import { BackendOwner } from './backend-owner.ts';
import { Changes } from './history/changes.ts';

const BACKEND = { kind: 'store', name: 's', url: 'http://s', checkUrl: 'http://s', index: 0 };

function owning(failures: number) {
  const doubted: number[] = [];
  const changes = new Changes(() => 7);
  const clock = new ManualClock();
  const owner = new BackendOwner({
    clock,
    log: createLog('error', () => undefined, Date.now),
    changes,
    onConditions: () => undefined,
    onDoubt: (backend) => doubted.push(backend),
  });
  owner.adopt(1, atOnce(owner.numbered([BACKEND as unknown as Backend])), {
    breaker: { failures, openFor: 1000 },
    canary: { failures: 1, passes: 1 },
  });
  const see = (observation: Observation, subject: string): void =>
    owner.observed({ generation: 1, backend: 0, observation, subject, saw: 'status 503' });
  return { owner, doubted, changes, see };
}

test('a backend in use is doubted from the first check that fails', () => {
  const { doubted, see } = owning(3);
  see('answer', 'a');
  see('nothing', 'b');
  assert.deepEqual(doubted, []);
  see('failure', 'c');
  assert.deepEqual(doubted, [0]);
  see('failure', 'd');
  see('failure', 'e');
  assert.deepEqual(doubted, [0, 0, 0], 'and when checks take it down');
});

test('what the last canary saw, and how long it took, stays with its backend', () => {
  const { owner } = owning(2);
  assert.equal(owner.seen(0), undefined);
  owner.probed(0, 'pass', 'status 200', 12);
  owner.probed(0, 'nothing', 'no address', 3);
  owner.probed(0, 'none', 'nothing to probe with');
  assert.deepEqual(owner.seen(0), { saw: 'status 200', tookMs: 12 });
  const other = { ...BACKEND, name: 'other' };
  const both = [other, { ...BACKEND, index: 1 }] as unknown as readonly Backend[];
  owner.adopt(2, atOnce(owner.numbered(both)), {
    breaker: { failures: 2, openFor: 1000 },
    canary: { failures: 1, passes: 1 },
  });
  assert.deepEqual([owner.seen(0), owner.seen(1)?.tookMs], [undefined, 12]);
});

test('a backend that goes down or up is recorded, with the reason', () => {
  const { owner, changes, see } = owning(2);
  see('failure', 'a');
  assert.deepEqual(changes.all, []);
  see('failure', 'b');
  owner.probed(0, 'fail', 'status 503');
  owner.probed(0, 'pass', 'status 200');
  assert.deepEqual(changes.all, [
    {
      atMs: 7,
      kind: 'backend',
      text: 's is down: checks failed (status 503)',
      backend: 's',
      state: 'down',
    },
    {
      atMs: 7,
      kind: 'backend',
      text: 's is up: canary passed (status 200)',
      backend: 's',
      state: 'up',
    },
  ]);
});

test('late failures of a backend that is down change nothing', () => {
  const byChecks = owning(1);
  byChecks.see('failure', 'a');
  byChecks.see('failure', 'b');
  assert.deepEqual(byChecks.doubted, [0]);
  const byCanary = owning(9);
  byCanary.owner.probed(0, 'fail', 'status 503');
  byCanary.see('failure', 'a');
  assert.deepEqual(byCanary.doubted, []);
});

test('an observation costs the same for any number of backends', () => {
  const [few, many] = [10, 1000].map((count) => {
    const backends = Array.from({ length: count }, (_, at) => ({
      kind: 'upstream',
      index: at,
      name: `u${at}`,
      url: 'https://u.example',
      path: '',
    })) as unknown as Backend[];
    const told: (readonly number[])[] = [];
    const owner = new BackendOwner({
      clock: new ManualClock(),
      log: createLog('error', () => undefined, Date.now),
      onConditions: (_, conditions) => told.push([...conditions]),
    });
    owner.adopt(1, atOnce(owner.numbered(backends)), {
      breaker: { failures: 1, openFor: 1000 },
      canary: { failures: 1, passes: 1 },
    });
    const { health } = owner;
    const state = health.state.bind(health);
    let asked = 0;
    health.state = (backend, now) => {
      asked++;
      return state(backend, now);
    };
    const see = (observation: Observation): void =>
      owner.observed({ generation: 1, backend: 7, observation, subject: 'k', saw: '' });
    for (const observation of ['answer', 'failure', 'answer'] as const) see(observation);
    assert.deepEqual(
      told.map((conditions) => conditions[7]),
      [0, 1],
    );
    return asked;
  });
  assert.deepEqual(many, few);
});

test('a backend that is down gets its trial on time, whatever is observed of others meanwhile', async () => {
  const told: (readonly number[])[] = [];
  const clock = new ManualClock();
  const owner = new BackendOwner({
    clock,
    log: createLog('error', () => undefined, Date.now),
    onConditions: (_, conditions) => told.push([...conditions]),
  });
  const backends = ['a', 'b'].map((name, index) => ({ ...BACKEND, name, index }));
  owner.adopt(1, atOnce(owner.numbered(backends as unknown as Backend[])), {
    breaker: { failures: 1, openFor: 1000 },
    canary: { failures: 1, passes: 1 },
  });
  const fails = (backend: number): void =>
    owner.observed({ generation: 1, backend, observation: 'failure', subject: 'k', saw: '' });
  fails(0);
  await clock.advance(400);
  fails(1);
  await clock.advance(599);
  assert.deepEqual(told.at(-1), [1, 1]);
  await clock.advance(1);
  assert.deepEqual(told.at(-1), [2, 1]);
  await clock.advance(400);
  assert.deepEqual(told.at(-1), [2, 2]);
  owner.close();
  assert.equal(clock.timers, 0);
});
