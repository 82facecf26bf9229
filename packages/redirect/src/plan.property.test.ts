import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Backend } from './backend.ts';
import type { Presence } from './facts.ts';
import { plan } from './plan.ts';
import { factsOf, GCP, HEX, PARIS, POLICY, snapshot, UNKNOWN } from './testing/small-policy.ts';

const presence = fc.constantFrom<Presence>('present', 'stale', 'absent', 'unknown', 'unasked');
const condition = fc.constantFrom('up' as const, 'down' as const, 'trial' as const);
const states = fc.record({
  ready: fc.boolean(),
  conditions: fc.record({
    one: condition,
    two: condition,
    signatures: condition,
    paris: condition,
    cdn: condition,
  }),
  presence: fc.record({ paris: presence, cdn: presence }),
});
const piece = fc.constantFrom(
  'v2',
  'a',
  'proj',
  'images',
  'manifests',
  'blobs',
  'tags',
  'list',
  'referrers',
  '..',
  '.',
  '%2e%2e',
  '%2F',
  '%3F',
  '%0d%0a',
  '%',
  '\\',
  '?',
  '#',
  '@',
  ':',
  'é',
  `sha256:${HEX}`,
  `sha256%3A${HEX}`,
  `sha256-${HEX}`,
  'md5:x',
  '',
  ' ',
  'A',
);
const targets = fc.oneof(
  fc.array(piece, { maxLength: 9 }).map((pieces) => `/${pieces.join('/')}`),
  fc.array(piece, { maxLength: 6 }).map((pieces) => `/v2/${pieces.join('')}`),
  fc
    .tuple(
      fc.constantFrom('manifests/x', 'tags/list', `blobs/sha256:${HEX}`, `referrers/sha256:${HEX}`),
      fc.string(),
    )
    .map(([end, query]) => `/v2/proj/images/a/${end}?${query}`),
  fc.string(),
);

test('answers any target in any state, and a Location stays within the configured host and path', () => {
  const legal =
    /^https:\/\/(info\.example|privacy\.example|(paris|cdn)\.example\/containers\/images\/[a-z0-9+._:=-]+|(one|two|sig)\.example\/v2\/proj\/images\/[a-z0-9._\-/]+\/(manifests|blobs|referrers|tags)\/[A-Za-z0-9._:=+-]+(\?[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*)?)$/;
  fc.assert(
    fc.property(
      targets,
      fc.constantFrom('GET', 'HEAD', 'POST'),
      fc.constantFrom(UNKNOWN, PARIS, GCP),
      states,
      (target, method, place, state) => {
        const { status, location, error } = plan(
          factsOf(target, place, method),
          POLICY,
          snapshot(state),
        );
        assert.ok([200, 307, 400, 404, 405, 503].includes(status));
        assert.equal(location !== undefined, status === 307);
        if (location !== undefined) assert.match(location, legal);
        if (status >= 400 && status < 500) assert.ok(error);
        assert.ok(!(location ?? '').replace(/\?.*/, '').includes('..'));
      },
    ),
    { numRuns: 100_000 },
  );
});

test('the recorder changes nothing, and gets every candidate up to the one in use', () => {
  fc.assert(
    fc.property(targets, fc.constantFrom(UNKNOWN, PARIS, GCP), states, (target, place, state) => {
      const told: [Backend, string | undefined][] = [];
      const facts = factsOf(target, place);
      const recorded = plan(facts, POLICY, snapshot(state), {
        candidate: (backend, _presence, excluded) => told.push([backend, excluded]),
      });
      assert.deepEqual(recorded, plan(facts, POLICY, snapshot(state)));
      if (recorded.backend === undefined) return;
      assert.ok(told.some(([backend]) => backend === recorded.backend));
      const health = (name: string) => (state.conditions as Record<string, string>)[name];
      for (const [{ name }, excluded] of told)
        assert.equal(excluded !== undefined, health(name) !== 'up');
    }),
    { numRuns: 20_000 },
  );
});
