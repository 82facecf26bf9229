import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from '@archeio/redirect';
import fc from 'fast-check';
import {
  assembled,
  blob,
  incoming,
  PRESENT,
} from '../../../apps/archeio/src/worker/testing/assembled.ts';
import { decisionField } from './decision-field.ts';

/** A dictionary of tokens and strings, by the grammar of RFC 9651 §3.2, §3.3.3 and §3.3.4. */
const DICTIONARY =
  /^[a-z*][a-z0-9_.*-]*=(?:[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*|"(?:[ !#-[\]-~]|\\["\\])*")(?:, [a-z*][a-z0-9_.*-]*=(?:[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*|"(?:[ !#-[\]-~]|\\["\\])*"))*$/;

test('names rule, backend and reason, and no backend for an answer that is not a redirect to one', async () => {
  const { handler, checker } = assembled();
  checker.answers.set('https://', PRESENT);
  const field = async (target: string) => decisionField(await handler.decide(incoming(target)));
  assert.equal(await field(blob(1)), 'rule=R11, backend="cdn", reason=first-healthy-store');
  assert.equal(
    await field('/v2/pause/manifests/3.9'),
    'rule=R9, backend="upstream", reason=source-of-truth',
  );
  assert.equal(await field('/livez'), 'rule=R7, reason=healthy');
  assert.equal(await field('/'), 'rule=R2, reason=info-page');
  assert.equal(await field('/v2/A/tags/list'), 'rule=R6, reason=invalid-name');
});

test('a name of any characters makes a well-formed field that says the name, if it is printable', async () => {
  const decision = await assembled().handler.decide(incoming('/v2/pause/manifests/3.9'));
  const { backend } = decision;
  assert.ok(backend);
  const named = (name: string): Decision => ({ ...decision, backend: { ...backend, name } });
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (name) => {
      const field = decisionField(named(name));
      assert.match(field, DICTIONARY);
      const [, quoted] = /backend="(.*)", reason=/.exec(field) ?? [];
      const read = quoted.replace(/\\(.)/g, '$1');
      assert.equal(read, name.replace(/[^ -~]/g, '?'));
    }),
    { numRuns: 1000 },
  );
});
