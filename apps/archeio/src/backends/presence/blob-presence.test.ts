import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { parseConfiguration } from '@archeio/configuration';
import { digest, SOURCE } from '../../worker/testing/assembled.ts';
import { BlobPresence } from './blob-presence.ts';

test('a store that a reload has taken out is asked no more, and what is known of it is kept', async () => {
  const { presence } = parseConfiguration(SOURCE);
  const blobs = new BlobPresence(presence, new ManualClock(), [1, 2]);
  const asked: string[] = [];
  const ask = (store: string) => async (key: string) => {
    asked.push(store + key);
    return { state: 'present' as const, size: 1 };
  };
  const [one, other] = blobs.spacesOf(['one', 'other']);
  blobs.askBy(new Map([[one, ask('one')]]));
  await blobs.ask([one], digest(1));
  blobs.askBy(new Map([[other, ask('other')]]));
  await blobs.ask([one], digest(2));
  assert.deepEqual(asked, [`one${digest(1)}`]);
  assert.equal(blobs.lookup(blobs.spacesOf(['one'])[0], digest(1)), 'present');
  assert.equal(blobs.lookup(one, digest(2)), 'unasked');
});

test('100,000 reloads, each with another store, end in no error, and no store has another one’s blobs', async () => {
  const { presence } = parseConfiguration(SOURCE);
  const blobs = new BlobPresence({ ...presence, entries: 1000 }, new ManualClock(), [1, 2]);
  for (let reload = 0; reload < 100_000; reload++) {
    const [stays, changes] = blobs.spacesOf(['stays', `store ${reload}`]);
    assert.equal(stays, 0);
    assert.equal(blobs.lookup(changes, digest(1)), 'unasked');
    blobs.askBy(new Map([stays, changes].map((space) => [space, async () => undefined])));
    blobs.learn('stays', digest(2), { state: 'present', size: 1 });
    blobs.learn(`store ${reload}`, digest(1), { state: 'present', size: 1 });
  }
  assert.equal(blobs.lookup(0, digest(2)), 'present');
});

test('an answer of a store whose space is another’s by now is nothing that was seen there', async () => {
  const { presence } = parseConfiguration(SOURCE);
  const blobs = new BlobPresence({ ...presence, entries: 1000 }, new ManualClock(), [1, 2]);
  const answer = Promise.withResolvers<{ state: 'present'; size: number }>();
  const [old] = blobs.spacesOf(['old']);
  blobs.askBy(new Map([[old, () => answer.promise]]));
  blobs.check(old, digest(1));
  blobs.askBy(new Map());
  // More than there are: the oldest are used again.
  for (let store = 0; store < 100_000; store++) blobs.spacesOf([`store ${store}`]);
  answer.resolve({ state: 'present', size: 1 });
  await answer.promise;
  await Promise.resolve();
  assert.equal(blobs.takeRecent(old), undefined);
  assert.equal(blobs.lookup(old, digest(1)), 'unasked');
});
