import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { parseConfiguration } from '../configuration/configuration.ts';
import { digest, SOURCE } from '../testing/assembled.ts';
import { BlobPresence } from './blob-presence.ts';

test('a store that a reload has taken out is asked no more, and what is known of it is kept', async () => {
  const { presence } = parseConfiguration(SOURCE);
  const blobs = new BlobPresence(presence, new ManualClock(), [1, 2]);
  const asked: string[] = [];
  const ask = (store: string) => async (key: string) => {
    asked.push(store + key);
    return { state: 'present' as const, size: 1 };
  };
  const [one, other] = [blobs.spaceOf('one'), blobs.spaceOf('other')];
  blobs.askBy(new Map([[one, ask('one')]]));
  await blobs.ask([one], digest(1));
  blobs.askBy(new Map([[other, ask('other')]]));
  await blobs.ask([one], digest(2));
  assert.deepEqual(asked, [`one${digest(1)}`]);
  assert.equal(blobs.lookup(blobs.spaceOf('one'), digest(1)), 'present');
  assert.equal(blobs.lookup(one, digest(2)), 'unasked');
});
