import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import type { RequestObservation } from '../http/request-observer.ts';
import { assembled, blob, incoming } from '../worker/testing/assembled.ts';
import { observerOf } from './observers.ts';

const REQUEST = {
  incoming: incoming(blob(1), '192.0.2.1'),
  headers: [],
  began: 0,
  requestId: undefined,
  traceId: undefined,
};

function recorder(name: string, calls: string[]): { observe: () => RequestObservation } {
  const call =
    (method: string) =>
    (...values: unknown[]): void => {
      calls.push(`${name} ${method} ${values.length}`);
    };
  return {
    observe: () => {
      calls.push(`${name} observe`);
      return {
        client: call('client'),
        asking: call('asking'),
        asked: call('asked'),
        considered: call('considered'),
        decided: call('decided'),
        answered: call('answered'),
      };
    },
  };
}

test('no observer is none, and one observer is itself', () => {
  assert.equal(observerOf([]), undefined);
  const one = recorder('a', []);
  assert.equal(observerOf([one]), one);
});

test('each observer that records a request is told everything, in order', async () => {
  const { handler, policy } = assembled();
  const decision = await handler.decide(REQUEST.incoming);
  const { facts } = await handler.explain(REQUEST.incoming, parseAddr('192.0.2.1'), false, {
    candidate: () => undefined,
  });
  const calls: string[] = [];
  const none = { observe: () => undefined };
  const observer = observerOf([
    none,
    recorder('a', calls),
    recorder('b', calls),
    recorder('c', calls),
  ]);
  const observation = observer?.observe(REQUEST);
  assert.ok(observation);
  observation.client(parseAddr('192.0.2.1'));
  observation.asking(policy.stores);
  observation.asked();
  observation.considered(policy.stores[0], 'present');
  observation.decided(decision, facts, 7);
  observation.answered(307, 1);
  const told = (method: string) => ['a', 'b', 'c'].map((name) => `${name} ${method}`);
  assert.deepEqual(
    calls,
    [
      'observe',
      'client 1',
      'asking 1',
      'asked 0',
      'considered 2',
      'decided 3',
      'answered 2',
    ].flatMap(told),
  );
  assert.equal(observerOf([none, none])?.observe(REQUEST), undefined);
});
