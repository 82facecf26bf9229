import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScriptedCheck } from './scripted-check.ts';

test('checks wait for the test to answer them, oldest first', async () => {
  const script = new ScriptedCheck<string>();
  const answers = [script.check(0, 'a'), script.check(1, 'b'), script.check(0, 'c')];
  assert.equal(script.asked, 3);
  const { space, key } = script.pending[1];
  assert.deepEqual({ space, key }, { space: 1, key: 'b' });
  script.take(1).answer({ state: 'present', size: 5 });
  script.take().answer(undefined);
  script.take().reject(new Error('refused'));
  assert.deepEqual(await answers[1], { state: 'present', size: 5 });
  assert.equal(await answers[0], undefined);
  await assert.rejects(answers[2], /refused/);
  assert.throws(() => script.take(), /cannot take a check of space "any": none is pending/);
  assert.throws(() => script.take(1), /cannot take a check of space "1": none is pending/);
});
