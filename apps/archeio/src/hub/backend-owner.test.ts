import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '@archeio/backend-health';
import { ManualClock } from '@archeio/presence/testing';
import { atOnce, type Backend } from '@archeio/redirect';
import { createLog } from '../log.ts';
import { BackendOwner } from './backend-owner.ts';

const BACKEND = { kind: 'store', name: 's', url: 'http://s', checkUrl: 'http://s', index: 0 };

function owning(failures: number) {
  const doubted: number[] = [];
  const clock = new ManualClock();
  const owner = new BackendOwner({
    clock,
    log: createLog('error', () => undefined, Date.now),
    onConditions: () => undefined,
    onDoubt: (backend) => doubted.push(backend),
  });
  owner.adopt(1, atOnce(owner.numbered([BACKEND as unknown as Backend])), {
    breaker: { failures, openFor: 1000 },
    canary: { failures: 1, passes: 1 },
  });
  const see = (observation: Observation, subject: string): void =>
    owner.observed({ generation: 1, backend: 0, observation, subject, saw: '' });
  return { owner, doubted, see };
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

test('late failures of one that is down change nothing', () => {
  const byChecks = owning(1);
  byChecks.see('failure', 'a');
  byChecks.see('failure', 'b');
  assert.deepEqual(byChecks.doubted, [0]);
  const byCanary = owning(9);
  byCanary.owner.probed(0, 'fail', 'status 503');
  byCanary.see('failure', 'a');
  assert.deepEqual(byCanary.doubted, []);
});
