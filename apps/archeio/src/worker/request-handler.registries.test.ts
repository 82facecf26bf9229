import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision, Presence } from '@archeio/redirect';
import type { WantedUpstream } from '@archeio/request-handler';
import { assembled, blob, digest, incoming, PRESENT } from './testing/assembled.ts';
import { WIDE } from './testing/wide.ts';

test('the Host says which registries serve, and the authority of an absolute target goes before it', async () => {
  const { handler } = assembled(WIDE);
  const locationOf = async (target: string, host: string | undefined) =>
    (await handler.decide({ ...incoming(target), host })).location;
  const manifest = '/v2/docker/a/manifests/1';
  const docker = 'https://docker.example/v2/library/a/manifests/1';
  assert.equal(await locationOf(manifest, 'registry.example'), docker);
  assert.equal(await locationOf(manifest, 'Mirror.Example:443'), docker);
  assert.equal(await locationOf('/v2/a/manifests/1', 'mirror.example'), undefined);
  assert.equal(await locationOf(manifest, 'other.example'), undefined);
  assert.equal(await locationOf(manifest, undefined), undefined);
  assert.equal(await locationOf(`http://mirror.example${manifest}`, 'other.example'), docker);
  assert.equal(await locationOf(`http://other.example${manifest}`, 'mirror.example'), undefined);
});

test('the refusal of a host names it, if it is a legal one', async () => {
  const { handler } = assembled(WIDE);
  const messageOf = async (host: string | undefined, target = '/v2/a/manifests/1') => {
    const { error, status } = await handler.decide({ ...incoming(target), host });
    assert.equal(status, 404);
    return JSON.parse(error!.body).errors[0];
  };
  const unknown = (message: string) => ({ code: 'NAME_UNKNOWN', message });
  assert.deepEqual(
    await messageOf('localhost:8080'),
    unknown('no registry is served on host "localhost:8080"'),
  );
  assert.deepEqual(
    await messageOf('mirror.example', 'http://other.example/v2/a/manifests/1'),
    unknown('no registry is served on host "other.example"'),
  );
  for (const host of [undefined, '', '"><script>', 'a b'])
    assert.deepEqual(await messageOf(host), unknown('no registry is served on this host'));
  assert.deepEqual(
    await messageOf('mirror.example'),
    unknown('no repository with this name is served here'),
  );
});

test('where no proxy is believed, requests that come through one are counted', async () => {
  const countOf = async (topology: 'remote' | 'google-load-balancer') => {
    const { handler, metrics } = assembled({ ...WIDE, clientAddress: { topology } });
    await handler.decide({ ...incoming('/v2/'), forwarded: true });
    await handler.decide({ ...incoming('/v2/'), forwarded: false });
    await handler.decide(incoming('/v2/'));
    return metrics.snapshot(0).values.archeio_forwarded_ignored_total;
  };
  assert.deepEqual(await countOf('remote'), { '[]': 1 });
  assert.deepEqual(await countOf('google-load-balancer'), { '[]': 0 });
});

test('a network of one’s own has its store', async () => {
  const { handler, checker } = assembled(WIDE);
  checker.answers.set('https://', PRESENT);
  const decision = await handler.decide(incoming(blob(1), '203.0.113.7'));
  assert.equal(decision.backend?.name, 'office');
  assert.equal((await handler.decide(incoming(blob(1), '203.0.113.77'))).backend?.name, 'cdn');
});

/** A handler whose states know what its upstream has, once it has been asked; asking takes `after` milliseconds. */
function knowing(answer: 'present' | 'absent', after: number) {
  const parts = assembled(WIDE);
  const asked: [WantedUpstream, number][] = [];
  const rechecked: WantedUpstream[] = [];
  let known: Presence = 'unasked';
  Object.defineProperties(parts.states, {
    upstreamHas: { value: () => known },
    askUpstream: {
      value: (wanted: WantedUpstream, budget: number) => {
        asked.push([wanted, budget]);
        return new Promise<void>((resolve) => {
          parts.clock.after(Math.min(after, budget), () => {
            if (after <= budget) known = answer;
            resolve();
          });
        });
      },
    },
    recheckUpstream: { value: (wanted: WantedUpstream) => rechecked.push(wanted) },
  });
  return { ...parts, asked, rechecked, learn: (presence: Presence) => (known = presence) };
}

const WANTED = { kind: 'blob', name: 'pause', digest: digest(1) };
const brief = (wanted: WantedUpstream) => ({ ...wanted, upstream: wanted.upstream.name });

test('R12a: the stores are asked first, then the upstream, within one budget', async () => {
  const { handler, checker, clock, asked } = knowing('absent', 100);
  checker.answers.set('https://cdn.example', 'never');
  let decision: Decision | undefined;
  void Promise.resolve(handler.decide(incoming(blob(1)))).then((late) => (decision = late));
  await clock.advance(499);
  assert.deepEqual([decision, asked.length], [undefined, 0]);
  await clock.advance(1);
  assert.equal(decision?.rule, 'R12', 'no time is left for the upstream');
  assert.equal(asked.length, 0);

  checker.answers.clear();
  const cold = Promise.resolve(handler.decide(incoming(blob(2))));
  await clock.advance(0);
  assert.deepEqual(
    asked.map(([wanted, budget]) => [brief(wanted), budget]),
    [[{ ...WANTED, upstream: 'upstream', digest: digest(2) }, 500]],
  );
  await clock.advance(100);
  const { rule, location } = await cold;
  assert.deepEqual(
    [rule, location],
    ['R12a', `https://signatures.example/v2/signed/pause/blobs/${digest(2)}`],
  );
  assert.ok(
    !(handler.decide(incoming(blob(2))) instanceof Promise),
    'what is known needs no promise',
  );
});

test('R12a: a store that has the blob spares the upstream the question', async () => {
  const { handler, checker, asked } = knowing('absent', 100);
  checker.answers.set('https://cdn.example', PRESENT);
  assert.equal((await handler.decide(incoming(blob(1)))).rule, 'R11');
  assert.equal(asked.length, 0);
});

test('R9a: a manifest that the upstream does not have; one that is old is asked again behind the answer', async () => {
  const { handler, clock, asked, rechecked, learn } = knowing('absent', 100);
  const target = `/v2/pause/manifests/${digest(1)}`;
  const cold = Promise.resolve(handler.decide(incoming(target)));
  await clock.advance(100);
  assert.equal((await cold).rule, 'R9a');
  assert.equal(asked.length, 1);
  learn('stale');
  const known = handler.decide(incoming(target));
  assert.ok(!(known instanceof Promise));
  assert.equal(known.rule, 'R9');
  assert.deepEqual(rechecked.map(brief), [{ ...WANTED, upstream: 'upstream', kind: 'manifest' }]);
});

test('R9a: an upstream that does not say in time is the answer', async () => {
  const { handler, clock } = knowing('absent', 900);
  const cold = Promise.resolve(handler.decide(incoming(`/v2/pause/manifests/${digest(1)}`)));
  await clock.advance(500);
  assert.equal((await cold).rule, 'R9');
});

test('a redirect that cannot be signed after all is one to the upstream', async () => {
  const parts = assembled();
  const { handler, checker, metrics, states } = parts;
  checker.answers.set('https://cdn.example', PRESENT);
  await handler.decide(incoming(blob(1)));
  const signatures = [undefined, 'https://cdn.example/signed'];
  Object.defineProperties(states, {
    condition: { value: () => 'up' },
    isPresigned: { value: () => true },
    signNow: { value: () => undefined },
    sign: { value: () => Promise.resolve(signatures.shift()) },
  });
  const unsigned = await handler.decide(incoming(blob(1)));
  assert.deepEqual(
    [unsigned.rule, unsigned.backend?.name, unsigned.reason.code],
    ['R12', 'upstream', 'no-credentials'],
  );
  const signed = await handler.decide(incoming(blob(1)));
  assert.deepEqual([signed.rule, signed.location], ['R11', 'https://cdn.example/signed']);
  const counted = metrics.snapshot(0).values.archeio_decisions_total ?? {};
  assert.equal(counted['["R12","blob","upstream","",""]'], 1);
  assert.equal(counted['["R11","blob","cdn","",""]'], 2);
});
