import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutageWatch } from './outage.ts';

test('an outage is measured by where clients of the store are sent', () => {
  let now = 10;
  const watch = new OutageWatch('near', () => now);
  assert.equal(watch.sent('near'), undefined);
  now = 12.24;
  assert.equal(watch.sent('other'), 'moved');
  now = 13;
  assert.equal(watch.sent('registry'), undefined);
  assert.deepEqual(watch.outage, {
    store: 'near',
    hungSeconds: 3,
    movedAfterSeconds: 2.2,
    backAfterSeconds: null,
  });
  now = 16;
  watch.recovered();
  now = 16.5;
  assert.equal(watch.sent('other'), undefined);
  now = 17;
  assert.equal(watch.sent('near'), 'back');
  now = 18;
  assert.equal(watch.sent('near'), undefined);
  assert.deepEqual(watch.outage, {
    store: 'near',
    hungSeconds: 6,
    movedAfterSeconds: 2.2,
    backAfterSeconds: 1,
  });
});

test('traffic that never moved did not move after the recovery either', () => {
  const watch = new OutageWatch('near', () => 1);
  watch.recovered();
  watch.sent('other');
  assert.equal(watch.outage.movedAfterSeconds, null);
});
