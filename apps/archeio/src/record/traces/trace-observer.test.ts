import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePrefix } from '@archeio/netip';
import type { ObservedRequest } from '../../http/request-observer.ts';
import { blob, incoming } from '../../worker/testing/assembled.ts';
import { type RemoteParent, type Tracing, traceObserverOf } from './trace-observer.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const OWN = 'f'.repeat(32);
const ignore = (): void => undefined;

/** A request from a peer, with header lines. */
function from(peer: string | undefined, ...headers: string[]): ObservedRequest {
  const request = { ...incoming(blob(1), '192.0.2.1'), peer };
  return { incoming: request, headers, began: 0, requestId: undefined, traceId: undefined };
}

class Recorded implements Tracing {
  readonly parents: (RemoteParent | undefined)[] = [];
  readonly sampler: Tracing['sampler'];

  constructor(sampler?: Tracing['sampler']) {
    this.sampler = sampler;
  }

  begin(_request: ObservedRequest, parent: RemoteParent | undefined) {
    this.parents.push(parent);
    return {
      traceId: parent?.traceId ?? OWN,
      client: ignore,
      asking: ignore,
      asked: ignore,
      considered: ignore,
      decided: ignore,
      answered: ignore,
    };
  }
}

const TRUSTED = [parsePrefix('10.0.0.0/8'), parsePrefix('2001:db8::/32')];
const sampled = (flags = '01') => ['TraceParent', `00-${TRACE}-${SPAN}-${flags}`];
const half = { random: () => 0.5 };

test('neither a configuration nor a variable: no observer, so that a request costs nothing', () => {
  assert.equal(traceObserverOf(undefined, { tracing: undefined, ...half }), undefined);
});

test('without an exporter, a request only learns which trace it belongs to', () => {
  const observer = traceObserverOf(
    { sample: 1, trustedPeers: [] },
    { tracing: undefined, ...half },
  );
  for (const [headers, traceId] of [
    [sampled(), TRACE],
    [sampled('00'), TRACE],
    [[], undefined],
    [['traceparent', 'nonsense'], undefined],
    [[...sampled(), ...sampled()], undefined],
  ] as const) {
    const request = from('192.0.2.1', ...headers);
    assert.equal(observer?.observe(request), undefined);
    assert.equal(request.traceId, traceId);
  }
});

test('the sampled flag of a trusted peer decides, and a share of all other requests is traced', () => {
  for (const [peer, headers, sample, isTraced] of [
    ['10.1.2.3', sampled('01'), 0, true],
    ['::ffff:10.1.2.3', sampled('01'), 0, true],
    ['2001:db8::1', sampled('01'), 0, true],
    ['10.1.2.3', sampled('00'), 1, false],
    ['10.1.2.3', [], 0.5, false],
    ['10.1.2.3', [], 0.51, true],
    ['11.1.2.3', sampled('01'), 0.5, false],
    ['11.1.2.3', sampled('00'), 0.51, true],
    [undefined, sampled('01'), 0, false],
    ['nonsense', sampled('01'), 0, false],
  ] as const) {
    const tracing = new Recorded();
    const observer = traceObserverOf({ sample, trustedPeers: TRUSTED }, { tracing, ...half });
    const request = from(peer, ...headers);
    const observation = observer?.observe(request);
    assert.equal(observation !== undefined, isTraced, `${peer} ${headers.join()} ${sample}`);
    assert.equal(tracing.parents.length, Number(isTraced));
    const named = headers.length > 0 ? TRACE : isTraced ? OWN : undefined;
    assert.equal(request.traceId, named);
  }
});

test('the state of a trace counts only from a trusted peer', () => {
  for (const [peer, traceState] of [
    ['10.1.2.3', 'a=1, b=2'],
    ['11.1.2.3', undefined],
  ] as const) {
    const tracing = new Recorded();
    const observer = traceObserverOf(
      { sample: 1, trustedPeers: TRUSTED },
      { tracing, random: () => 0 },
    );
    observer?.observe(from(peer, ...sampled(), 'tracestate', 'a=1', 'Tracestate', 'b=2'));
    assert.deepEqual(tracing.parents, [
      { traceId: TRACE, spanId: SPAN, isSampled: true, traceState },
    ]);
  }
});

test('a variable replaces the share, and can ignore the parents of trusted peers', () => {
  for (const [parentBased, isTraced] of [
    [true, true],
    [false, false],
  ] as const) {
    const tracing = new Recorded({ sample: 0, parentBased });
    const observer = traceObserverOf({ sample: 1, trustedPeers: TRUSTED }, { tracing, ...half });
    assert.equal(observer?.observe(from('10.0.0.1', ...sampled())) !== undefined, isTraced);
  }
  const tracing = new Recorded();
  const observer = traceObserverOf(undefined, { tracing, random: () => 0.999 });
  assert.ok(observer?.observe(from('10.0.0.1')));
});
